/*
 * How partners change, as changes of the state (see state.js): Next, its undo,
 * the wait for somebody who fits, and block. Pure.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var S = P.state, on = S.on, change = S.change;
  var UNDO_MS = 5000; // as long as the server leaves for it

  // What it takes to come back: whom we left, until when, and what was said.
  function undo_of(state, at) {
    return { name: state.partner.name, until: at + UNDO_MS, lines: S.lose_unsent(state).lines };
  }

  on.next = function (state, e) {
    var leaves = state.phase === 'chatting';
    return change(state, {
      phase: 'waiting', quit: leaves ? state.chat : null, widen_at: 0,
      undo: leaves && e.at ? undo_of(state, e.at) : null,
      chat: null, partner: null, typing: 0, lines: []
    });
  };
  on.no_undo = function (state) { return change(state, { undo: null }); };

  // From then on anybody is taken; 0: from now on.
  on.widen = function (state, e) { return change(state, { widen_at: e.at }); };

  on.block = function (state) {
    var blocking = change(state, { block: state.chat });
    return state.phase === 'chatting' ? S.end_chat(blocking, {}, 'block')
      : S.note(blocking, {}, 'block');
  };
  // The server knows.
  on.blocked = function (state) { return change(state, { block: null }); };

  // What was said before stays with those who are back: with the one who
  // returned, and with the other if the ended chat is still on the screen.
  function lines_before(state, e) {
    if (!e.back) { return []; }
    if (state.undo && state.undo.name === e.partner.name) { return state.undo.lines; }
    return state.phase === 'ended' && state.partner.name === e.partner.name ? state.lines : [];
  }

  // {chat, partner, common, again, back}: as `matched` tells it.
  S.meet = function (state, e) {
    var met = S.note(change(state, {
      phase: 'chatting', chat: e.chat, quit: null, typing: 0, widen_at: 0,
      undo: e.back ? null : state.undo,
      partner: { name: e.partner.name, state: e.partner.state || 'here' },
      lines: lines_before(state, e)
    }), e, 'matched'), line = met.lines[met.lines.length - 1];
    line.met = e.back ? 'back' : e.again ? 'again' : 'matched';
    line.common = e.common || [];
    return met;
  };

  // What the tab knows that had the chat until now (store.js), or knows more.
  on.adopt = function (state, e) {
    return e.state.cursor >= state.cursor ? change(state, e.state) : state;
  };

  // A matched that is news: of another chat, or of this one, gone on with.
  S.is_meeting = function (state, e) {
    return state.phase !== 'start' &&
      (state.chat !== e.chat || (state.phase === 'ended' && !!e.back));
  };
})(this);
