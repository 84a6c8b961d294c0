/*
 * What has just come: told once to a screen reader, which leaves the log itself
 * alone (there the times and marks under old lines change), and while nobody
 * looks shown by the tab's title and icon.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var HEARD_MAX = 5;
  var me = { unread: 0 };

  function is_news(line) {
    return line.who === 'them' || (line.who === 'note' && line.note !== 'here');
  }

  function title_of(state) {
    if (state.phase === 'waiting') { return P.t('title.waiting'); }
    return state.partner ? state.partner.name + ' · Parley' : P.t('title.start');
  }

  function show(state) {
    var icon = me.unread ? 'img/icon-unread.svg' : 'img/icon.svg';
    document.title = (me.unread ? '(' + me.unread + ') ' : '') + title_of(state);
    if (P.el('icon').getAttribute('href') !== icon) { P.el('icon').setAttribute('href', icon); }
  }

  function tell(line, state) {
    var heard = P.el('heard'), note = line.who === 'note';
    if (line.who === 'me') { return; }
    heard.appendChild(P.make('p', '', note ? P.t('note.' + line.note, { name: line.name })
      : state.partner.name + ': ' + line.text));
    while (heard.childNodes.length > HEARD_MAX) { heard.removeChild(heard.firstChild); }
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
      fresh.forEach(function (line) { tell(line, state); });
      if (document.hidden) { me.unread += fresh.filter(is_news).length; }
      show(state);
    }
  };
})(this);
