/*
 * The menu beside the partner's name: Block, which asks once. Escape, a click
 * elsewhere or leaving it with Tab closes it.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};

  function is_open() { return !P.el('person-panel').hidden; }

  function ask(sure) {
    P.show(P.el('block'), !sure);
    P.show(P.el('save'), !sure);
    P.show(P.el('block-words'), sure);
    P.show(P.el('block-sure'), sure);
    if (!sure) { return; }
    P.t_put(P.el('block-words'), 'block.sure', { name: P.app.state().partner.name });
    P.el('block-no').focus();
  }

  function open(on) {
    ask(false);
    P.show(P.el('person-panel'), on);
    P.el('person-open').setAttribute('aria-expanded', String(on));
  }

  function close_by_key(e) {
    if (!is_open() || !P.is_escape(e)) { return; }
    e.preventDefault();
    open(false);
    P.el('person-open').focus();
  }

  function close_outside(e) {
    if (e.target !== document && is_open() && !P.el('person').contains(e.target)) { open(false); }
  }

  function block() {
    open(false);
    P.act.block();
  }

  P.ui_person = {
    mount: function () {
      P.on('person-open', 'click', function () { open(!is_open()); });
      P.on('person', 'keydown', close_by_key);
      document.addEventListener('mousedown', close_outside);
      document.addEventListener('focus', close_outside, true);
      P.on('block', 'click', function () { ask(true); });
      P.on('block-no', 'click', function () {
        ask(false);
        P.el('block').focus();
      });
      P.on('block-yes', 'click', block);
    },

    update: function (state, old) {
      if (old && (old.phase !== state.phase || old.chat !== state.chat)) { open(false); }
    }
  };
})(this);
