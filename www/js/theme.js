/*
 * How the page looks. The stylesheets of the dark and of the strong colours
 * name in `media` when they hold; a choice of one's own takes its place. E-ink
 * is light, strong and still, and what others do is shown in beats (main.js).
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var first = {}; // the media of each sheet as the page has it

  function force(sheet, on) {
    var all = document.querySelectorAll('[data-sheet=' + sheet + ']'), i, el;
    for (i = 0; i < all.length; i++) {
      el = all[i];
      first[sheet] = first[sheet] || el.media;
      el.media = on === null ? first[sheet] : (on ? 'screen' : 'not all');
    }
  }

  function apply() {
    var theme = P.settings.get('theme'), eink = P.settings.get('eink');
    force('dark', eink ? false : theme === 'auto' ? null : theme === 'dark');
    force('strong', eink || P.settings.get('contrast') ? true : null);
    P.flag(document.documentElement, '-eink', eink);
  }

  // Screens that are slow to change say so.
  function is_slow() {
    return !!root.matchMedia && root.matchMedia('(update: slow)').matches;
  }

  P.theme = {
    // Before the first sight of the page.
    start: function () {
      if (P.store.preferred('eink') === null && is_slow()) { P.el('set-eink').checked = true; }
      ['theme', 'contrast', 'eink'].forEach(function (name) { P.settings.on(name, apply); });
    },

    is_eink: function () { return !!P.settings.get('eink'); }
  };
})(this);
