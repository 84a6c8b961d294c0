/*
 * Sends what has been said: the lines of the state that are `sending`, in
 * order, one under way at a time, each with its own nonce for as long as it
 * takes. While the line is down they wait; after a few failures on a good line
 * they are shown as failed, and a person decides.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var TRIES = 3;
  var me = { busy: false, timer: null, tries: 0 };

  function pump() {
    var state = P.app.state(), line = P.state.unsent(state);
    if (!line || me.busy || me.timer || P.poll.is_down()) { return; }
    me.busy = true;
    P.api.post('send', { chat: state.chat, nonce: line.nonce, text: line.text },
      state.token, function (error, answer) {
        me.busy = false;
        if (P.app.state().token !== state.token) { pump(); return; }
        if (error) { failed(error, line, state.chat); } else { sent(line, answer); }
        pump();
      });
  }

  function sent(line, answer) {
    me.tries = 0;
    P.app.send({ type: 'sent', nonce: line.nonce, id: answer.id, at: answer.at });
  }

  function failed(error, line, chat) {
    if (error.status === 401) {
      P.app.expired();
    } else if (error.code === 'chat_over' || error.code === 'not_chatting') {
      P.app.send({ type: 'over', chat: chat });
    } else if (error.status >= 400 && error.status < 500 && error.status !== 429) {
      P.app.send({ type: 'refused', nonce: line.nonce });
    } else {
      try_later(error);
    }
  }

  function try_later(error) {
    me.tries += 1;
    if (me.tries >= TRIES) {
      me.tries = 0;
      P.app.send({ type: 'failed' });
      return;
    }
    me.timer = setTimeout(function () {
      me.timer = null;
      pump();
    }, Math.max(me.tries * 700, error.retry_s * 1000));
  }

  P.outbox = {
    pump: pump,
    // The line is good again, or somebody pressed Retry.
    retry: function () {
      clearTimeout(me.timer);
      me.timer = null;
      me.tries = 0;
      P.app.send({ type: 'retry' });
      pump();
    }
  };
})(this);
