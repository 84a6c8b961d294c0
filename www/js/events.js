/*
 * What the server tells, as changes of the state (see state.js). Pure.
 *
 * Events drive everything: they are numbered and complete. The `state` in a
 * poll's answer is only a check on them: it repairs what events cannot tell
 * (a lost `next`, another tab that had taken over).
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var S = P.state, note = S.note, take = {};

  function is_current(state, e) {
    return state.phase === 'chatting' && e.chat === state.chat;
  }

  take.matched = function (state, e) {
    return S.is_meeting(state, e) ? S.meet(state, e) : state;
  };

  take.message = function (state, e) {
    if (!is_current(state, e)) { return state; }
    return S.add_line(S.change(state, { typing: 0 }), {
      who: 'them', text: e.text, id: e.id, at: e.at, seq: e.seq
    });
  };

  // What we wrote in the pages without JavaScript, before we came here.
  take.own = function (state, e) {
    if (!is_current(state, e) || !e.text) { return state; }
    return S.add_line(state, {
      who: 'me', text: e.text, id: e.id, at: e.at, seq: e.seq, nonce: 'own' + e.seq, status: 'sent'
    });
  };

  take.typing = function (state, e) {
    return is_current(state, e) ? S.change(state, { typing: e.on ? e.seq : 0 }) : state;
  };

  // Away and back and away with no word between: the log keeps the last.
  function drop_old_absence(state) {
    var lines = state.lines, n = lines.length;
    if (n < 2 || lines[n - 1].note !== 'here' || lines[n - 2].note !== 'away') {
      return state;
    }
    return S.change(state, { lines: lines.slice(0, n - 2) });
  }

  take.presence = function (state, e) {
    if (!is_current(state, e) || state.partner.state === e.state) { return state; }
    if (e.state === 'away') { state = drop_old_absence(state); }
    return note(S.change(state, {
      partner: { name: state.partner.name, state: e.state }, typing: 0
    }), e, e.state === 'away' ? 'away' : 'here');
  };

  // "gone" may mean us: after a long silence of our own it does.
  take.left = function (state, e, poll) {
    var why = e.reason === 'gone' && poll.asleep ? 'asleep' : e.reason;
    if (!is_current(state, e)) { return state; }
    if (['next', 'left', 'gone', 'banned', 'asleep'].indexOf(why) < 0) { why = 'over'; }
    return S.end_chat(state, e, why);
  };

  S.take = take;

  function repair(state, answer) {
    var other = answer.chat && answer.chat !== state.chat && answer.chat !== state.quit;
    if (answer.state === 'chatting' && other && answer.partner) {
      return S.meet(state, { chat: answer.chat, partner: answer.partner });
    }
    if (answer.state === 'chatting' && is_current(state, answer) && answer.partner) {
      return state.partner.state === answer.partner.state ? state
        : S.change(state, { partner: answer.partner });
    }
    if (answer.state === 'waiting' && state.phase !== 'waiting') {
      return S.change(S.reduce(state, { type: 'next' }), { quit: null });
    }
    if (answer.state === 'idle' && state.phase === 'chatting') {
      return S.end_chat(state, {}, 'over');
    }
    return state;
  }

  /*
   * {type: 'poll', answer, fresh, asleep}. fresh: no command of ours was under
   * way, so that the answer's `state` is about now; asleep: we had not asked
   * for long.
   */
  S.on.poll = function (state, poll) {
    var answer = poll.answer, cursor = state.cursor;
    (answer.events || []).forEach(function (e) {
      if (e.seq <= cursor) { return; }
      cursor = e.seq;
      if (take.hasOwnProperty(e.type)) { state = take[e.type](state, e, poll); }
    });
    state = S.change(state, {
      cursor: Math.max(cursor, answer.cursor || 0),
      online: typeof answer.online === 'number' ? answer.online : state.online
    });
    return poll.fresh && !answer.more ? repair(state, answer) : state;
  };

  // The command that is missing on the server, if a fresh answer shows one.
  S.missing = function (state, answer) {
    if (state.block) { return 'block'; }
    if (state.phase === 'waiting' && (answer.state === 'idle' ||
        (answer.state === 'chatting' && answer.chat === state.quit))) {
      return 'next';
    }
    return state.phase === 'ended' && answer.state === 'chatting' &&
      answer.chat === state.chat ? 'leave' : null;
  };
})(this);
