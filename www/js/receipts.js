/*
 * "seen": told when the last message of the partner is before somebody's eyes:
 * the tab is visible and the log's end in view. Whoever switches that off
 * tells nothing and is told nothing. Decoration: errors are ignored.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var PAUSE_MS = 400; // several that come together are told of once
  var me = { timer: null, chat: null, seq: 0, token: null };

  function newest(state) {
    var i = state.lines.length - 1;
    while (i >= 0 && state.lines[i].who !== 'them') { i -= 1; }
    return state.lines[i] || { seq: 0 };
  }

  function is_news(state) {
    return state.phase === 'chatting' && !state.superseded && !document.hidden &&
      P.settings.get('receipts') && P.ui_log.is_near() &&
      newest(state).seq > (me.chat === state.chat ? me.seq : 0);
  }

  function tell() {
    var state = P.app.state(), line = newest(state);
    me.timer = null;
    if (!is_news(state) || P.poll.is_down()) { return; }
    me.chat = state.chat;
    me.seq = line.seq;
    P.api.post('seen', { seq: line.seq, id: line.id, chat: state.chat }, state.token, function () {});
  }

  function look() {
    if (!me.timer && is_news(P.app.state())) { me.timer = setTimeout(tell, PAUSE_MS); }
  }

  function set(on) {
    var token = P.app.state().token;
    if (token) { P.api.post('receipts', { on: on }, token, function () {}); }
    look();
  }

  P.receipts = {
    mount: function () {
      var began = false;
      P.settings.on('receipts', function (on) {
        if (began) { set(on); }
        began = true;
      });
      document.addEventListener('visibilitychange', look);
      P.on('scroll', 'scroll', look);
    },

    // A new session begins with receipts on.
    update: function (state) {
      if (state.token !== me.token) {
        me.token = state.token;
        if (!P.settings.get('receipts')) { set(false); }
      }
      look();
    }
  };
})(this);
