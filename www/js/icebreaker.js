/*
 * When both are silent for 20 s, a question is offered as a button that puts
 * it into the box; once for each silence. Whoever types is not silent.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var SILENT_MS = 20000, QUESTIONS = 10; // ice.1 to ice.10
  var me = { timer: null, button: null, last: 0 };

  // Another one than the last time.
  function question() {
    var n = 1 + Math.floor(Math.random() * QUESTIONS);
    me.last = n === me.last ? n % QUESTIONS + 1 : n;
    return P.t('ice.' + me.last);
  }

  function take_back() {
    if (!me.button) { return; }
    P.el('box-form').parentNode.removeChild(me.button);
    me.button = null;
    P.ui_log.stay();
  }

  function offer() {
    var text = question(), b;
    if (!P.text.is_blank(P.el('box').value)) { return; }
    b = me.button = P.make('button', 'ice');
    b.type = 'button';
    P.t_put(b, 'ice.offer', { question: text });
    b.addEventListener('click', function () {
      restart();
      P.ui_box.insert(text);
      P.el('box').focus();
    });
    P.el('box-form').parentNode.insertBefore(b, P.el('box-form'));
    P.ui_log.stay();
    P.ui_frame.aloud(b.textContent);
  }

  function restart() {
    var state = P.app.state();
    clearTimeout(me.timer);
    take_back();
    if (state.phase !== 'chatting' || state.superseded || state.typing) { return; }
    me.timer = setTimeout(offer, SILENT_MS);
  }

  P.icebreaker = {
    mount: function () { P.on('box', 'input', restart); },

    update: function (state, old) {
      if (!old || ['keys', 'chat', 'phase', 'typing', 'superseded'].some(function (k) {
        return state[k] !== old[k];
      })) { restart(); }
    }
  };
})(this);
