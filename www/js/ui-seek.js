/*
 * While somebody is sought: how long only those who fit are taken, with a
 * button that ends it; and for 5 s after Next the way back.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var PATIENCE_MS = 5000;
  var me = { tick: null, undo: null, button: null, timer: null };

  function seconds_to(at) { return Math.ceil((at - new Date().getTime()) / 1000); }

  function show_count() {
    var state = P.app.state(), left = seconds_to(state.widen_at);
    var on = state.phase === 'waiting' && state.widen_at > 0;
    clearTimeout(me.tick);
    P.show(P.el('wait-fit'), on);
    if (!on) { return; }
    if (left <= 0) { widen(); return; }
    P.el('wait-count').textContent = P.t('wait.fit', { n: left });
    me.tick = setTimeout(show_count, 250);
  }

  function widen() {
    var had_focus = document.activeElement === P.el('wait-widen');
    P.act.widen();
    if (had_focus) { P.el('wait-stop').focus(); }
  }

  function undo_over() { P.app.send({ type: 'no_undo' }); }

  function drop_undo(state) {
    var had_focus = document.activeElement === me.button;
    P.el('app').removeChild(me.button);
    me.button = null;
    if (had_focus) { P.el(state.phase === 'chatting' ? 'box' : 'wait-stop').focus(); }
  }

  function show_undo(state) {
    if (me.undo === state.undo) { return; }
    clearTimeout(me.timer);
    if (me.button) { drop_undo(state); }
    me.undo = state.undo;
    if (!me.undo) { return; }
    me.button = P.make('button', 'button -quiet undo');
    me.button.type = 'button';
    me.button.id = 'undo';
    me.button.addEventListener('click', go_back);
    P.t_put(me.button, 'undo.back', { name: me.undo.name });
    P.el('app').insertBefore(me.button, P.el('aloud'));
    me.timer = setTimeout(undo_over, me.undo.until - new Date().getTime());
  }

  function go_back() {
    var name = me.undo.name;
    me.button.disabled = true;
    clearTimeout(me.timer); // the server decides from here
    P.act.back(function (error) {
      if (!error) { return; } // the partner comes with a `matched`
      undo_over();
      P.ui_frame.say(P.t(error.code === 'too_late' ? 'undo.late' : 'undo.taken', { name: name }));
    });
    me.timer = setTimeout(undo_over, PATIENCE_MS);
  }

  P.ui_seek = {
    mount: function () {
      P.on('wait-widen', 'click', widen);
    },

    update: function (state, old) {
      if (!old || old.widen_at !== state.widen_at || old.phase !== state.phase) { show_count(); }
      show_undo(state);
    }
  };
})(this);
