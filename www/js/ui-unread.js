/* The tab's title and icon: what has come while nobody looked. */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var me = { unread: 0 };

  function is_news(line) {
    return line.who === 'them' || (line.who === 'note' && line.note !== 'here');
  }

  function title_of(state) {
    if (state.phase === 'waiting') { return P.t('title.waiting'); }
    return state.partner ? P.t_alone(state.partner.name) + ' · Parley' : P.t('title.start');
  }

  function show(state) {
    var icon = me.unread ? 'img/icon-unread.svg' : 'img/icon.svg';
    document.title = (me.unread ? '(' + me.unread + ') ' : '') + title_of(state);
    if (P.el('icon').getAttribute('href') !== icon) { P.el('icon').setAttribute('href', icon); }
  }

  P.ui_unread = {
    mount: function () {
      document.addEventListener('visibilitychange', function () {
        if (document.hidden) { return; }
        me.unread = 0;
        show(P.app.state());
      });
    },

    update: function (state, old) {
      var fresh = old && state.keys > old.keys ? state.lines.filter(function (line) {
        return line.key > old.keys;
      }) : [];
      if (document.hidden) { me.unread += fresh.filter(is_news).length; }
      show(state);
    }
  };
})(this);
