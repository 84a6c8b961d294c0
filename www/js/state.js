/*
 * What the page knows, and how it changes. Pure: (state, event) -> state, no
 * DOM, no clock, no network; a state is never changed in place. What people
 * and our own requests do is here, what the server tells is in events.js.
 *
 * phase: start     no session; the name screen
 *        waiting   looking for a partner
 *        chatting
 *        ended     the chat is over and can still be read
 *
 * A line of the log: {key, who: me | them | note, text or note, at, ...}; own
 * ones carry {nonce, status: sending | sent | failed | lost}. Failed ones can
 * be tried again, lost ones cannot. `said` is our own clock's word. The outbox is nothing but the lines that
 * are `sending`.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var on = {};

  function fresh() {
    return {
      phase: 'start', name: '', notice: '', token: null, id: null, hold: 25,
      cursor: 0, online: null, superseded: false,
      chat: null,     // the chat on the screen, also when it has ended
      partner: null,  // {name, state: here | away}
      quit: null,     // the chat that our `next` is leaving
      widen_at: 0,    // when anybody is taken, not only who fits
      undo: null,     // {name, until, lines} of the chat that `next` has left
      block: null,    // the chat whose partner we blocked, until the server knows
      typing: 0,      // seq of the partner's last "typing", 0 = silent
      seen: '',       // id of the last message that the partner has seen
      always: null,   // the chat whose pictures are shown without asking
      lines: [], keys: 0
    };
  }

  function change(state, patch) {
    var next = {}, k;
    for (k in state) { next[k] = state[k]; }
    for (k in patch) { next[k] = patch[k]; }
    return next;
  }

  function add_line(state, line) {
    line.key = state.keys + 1;
    return change(state, { keys: line.key, lines: state.lines.concat([line]) });
  }

  // Own lines for which pick() holds get the patch; the others stay the same
  // objects, so that the log sees at once what changed.
  function patch_own(state, pick, patch) {
    var touched = false, lines = state.lines.map(function (line) {
      if (line.who !== 'me' || !pick(line)) { return line; }
      touched = true;
      return change(line, patch);
    });
    return touched ? change(state, { lines: lines }) : state;
  }

  // Pictures go their own way: state-log.js.
  function with_status(wanted) {
    return function (line) { return !line.picture && wanted.indexOf(line.status) >= 0; };
  }

  function with_nonce(nonce) {
    return function (line) { return line.nonce === nonce; };
  }

  function lose_unsent(state) {
    return patch_own(state, function (line) {
      return line.status === 'sending' || line.status === 'failed';
    }, { status: 'lost' });
  }

  function note(state, e, what) {
    return add_line(state, {
      who: 'note', note: what, name: state.partner.name, at: e.at, seq: e.seq
    });
  }

  // why: next left gone banned, as the server says; me; asleep; over.
  function end_chat(state, e, why) {
    return note(lose_unsent(change(state, { phase: 'ended', typing: 0 })), e, why);
  }

  on.login = function (state, e) {
    return change(fresh(), {
      phase: 'waiting', name: e.name, token: e.token, id: e.id,
      hold: e.hold || 25, cursor: e.cursor || 0, online: state.online
    });
  };
  on.stop = function (state) {
    return state.phase === 'chatting' ? end_chat(state, {}, 'me') : state;
  };
  on.bye = function (state, e) {
    return change(fresh(), {
      name: state.name, online: state.online, notice: e.notice || ''
    });
  };
  on.superseded = function (state, e) { return change(state, { superseded: e.on }); };
  on.online = function (state, e) { return change(state, { online: e.online }); };
  on.quiet = function (state) { return change(state, { typing: 0 }); };

  // A new message also gives those that had failed another chance: they come
  // first, or the order would be lost.
  on.say = function (state, e) {
    return add_line(on.retry(state), {
      who: 'me', text: e.text, nonce: e.nonce, at: e.at, said: e.at, status: 'sending'
    });
  };
  on.sent = function (state, e) {
    return patch_own(state, with_nonce(e.nonce), { status: 'sent', id: e.id, at: e.at });
  };
  // One that cannot go out holds up all behind it.
  on.failed = function (state) {
    return patch_own(state, with_status(['sending']), { status: 'failed' });
  };
  on.retry = function (state) {
    return patch_own(state, with_status(['failed']), { status: 'sending' });
  };
  on.refused = function (state, e) {
    return patch_own(state, with_nonce(e.nonce), { status: 'lost' });
  };
  on.over = function (state, e) {
    return e.chat === state.chat ? lose_unsent(state) : state;
  };

  P.state = {
    fresh: fresh,
    reduce: function (state, e) {
      return on.hasOwnProperty(e.type) ? on[e.type](state, e) : state;
    },
    // The next message to send: the oldest one that is not out yet.
    unsent: function (state) {
      var waiting = state.lines.filter(with_status(['sending']));
      return state.phase === 'chatting' && waiting.length ? waiting[0] : null;
    },
    on: on, change: change, add_line: add_line, note: note, end_chat: end_chat,
    lose_unsent: lose_unsent
  };
})(this);
