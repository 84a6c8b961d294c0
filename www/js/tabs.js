/*
 * Tabs of this browser that hold the same session: a doubled tab brings a copy
 * of sessionStorage along. It asks around before it listens, so that the chat
 * stays where it is; and whoever takes it over gets what the other has, since
 * the server keeps nothing that was read. Without BroadcastChannel the server
 * alone tells (poll.js): the newer tab has the chat then.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var WAIT_MS = 250; // an answer takes a few; a frozen tab gives none
  var me = { channel: null, waits: null, timer: null };

  function post(what, state) {
    me.channel.postMessage({ what: what, token: P.app.state().token, state: state });
  }

  function answered(state) {
    var done = me.waits;
    clearTimeout(me.timer);
    me.waits = null;
    if (done) { done(state); }
  }

  function hear(e) {
    var says = e.data, state = P.app.state();
    if (!state.token || says.token !== state.token) { return; }
    if (says.what === 'here') { answered(says.state); return; }
    if (!P.poll.is_running()) { return; } // it is not here either
    if (says.what === 'take') {
      P.poll.stop();
      P.app.send({ type: 'superseded', on: true });
    }
    post('here', P.store.kept(state));
  }

  P.tabs = {
    open: function () {
      if (me.channel || !root.BroadcastChannel) { return; }
      me.channel = new root.BroadcastChannel('parley');
      me.channel.onmessage = hear;
    },

    // A page that is left and may come back must not listen meanwhile.
    close: function () {
      if (me.channel) { me.channel.close(); }
      me.channel = null;
    },

    // what: ask, or take. done(state) with the state of the tab that has the
    // chat, or had it until now; done() if none has.
    find: function (what, done) {
      P.tabs.open();
      if (!me.channel) { done(); return; }
      clearTimeout(me.timer);
      me.waits = done;
      me.timer = setTimeout(function () { answered(); }, WAIT_MS);
      post(what);
    }
  };
})(this);
