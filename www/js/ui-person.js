/*
 * The menu beside the partner's name: Block, which asks once.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var panel;

  function ask(sure) {
    P.show(P.el('block'), !sure);
    P.show(P.el('save'), !sure);
    P.show(P.el('block-words'), sure);
    P.show(P.el('block-sure'), sure);
    if (!sure) { return; }
    P.t_put(P.el('block-words'), 'block.sure', { name: P.app.state().partner.name });
    P.el('block-no').focus();
  }

  function block() {
    panel.open(false);
    P.act.block();
  }

  P.ui_person = {
    mount: function () {
      panel = P.make_panel('person', 'person-open', 'person-panel', function () { ask(false); });
      P.on('block', 'click', function () { ask(true); });
      P.on('block-no', 'click', function () {
        ask(false);
        P.el('block').focus();
      });
      P.on('block-yes', 'click', block);
    },

    update: function (state, old) {
      if (old && (old.phase !== state.phase || old.chat !== state.chat)) { panel.open(false); }
    }
  };
})(this);
