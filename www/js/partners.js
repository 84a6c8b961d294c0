/*
 * How partners change, as changes of the state (see state.js): Next, its undo,
 * the wait for somebody who fits, and block. Pure.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var S = P.state, on = S.on, change = S.change;

  on.next = function (state) {
    return change(state, {
      phase: 'waiting', quit: state.phase === 'chatting' ? state.chat : null,
      chat: null, partner: null, typing: 0, lines: []
    });
  };

  on.block = function (state) {
    var blocking = change(state, { block: state.chat });
    return state.phase === 'chatting' ? S.end_chat(blocking, {}, 'block')
      : S.note(blocking, {}, 'block');
  };
  // The server knows.
  on.blocked = function (state) { return change(state, { block: null }); };
})(this);
