/*
 * The keys of the picker. grid: {el, search, visible(), at(), go(button),
 * pick(button)}; arrows go along what is seen, by rows as they are drawn, and
 * up from the first row into the search.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};

  P.emoji_keys = function (grid) {
    function step(by) {
      var all = grid.visible();
      grid.go(all[all.indexOf(grid.at()) + by]);
    }

    // The nearest one in the next row; none: false.
    function row(by) {
      var all = grid.visible(), from = grid.at(), best = null, top = null, i, b;
      function off(x) { return Math.abs(x.offsetLeft - from.offsetLeft); }
      for (i = all.indexOf(from) + by; all[i]; i += by) {
        b = all[i];
        if (b.offsetTop === from.offsetTop) { continue; }
        if (top === null) { top = b.offsetTop; }
        if (b.offsetTop !== top) { break; }
        if (!best || off(b) < off(best)) { best = b; }
      }
      grid.go(best);
      return !!best;
    }

    // What is typed among the emoji is looked for: the browser puts it in.
    function type(e) {
      if (e.key && e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.metaKey && !e.altKey) {
        grid.search.focus();
      }
    }

    function among(e) {
      var back = document.documentElement.dir === 'rtl' ? 1 : -1, act = {
        ArrowLeft: function () { step(back); },
        ArrowRight: function () { step(-back); },
        ArrowUp: function () { if (!row(-1)) { grid.search.focus(); } },
        ArrowDown: function () { row(1); },
        Home: function () { grid.go(grid.visible()[0]); },
        End: function () { grid.go(grid.visible().pop()); }
      }[e.key];
      if (!act) { type(e); return; }
      e.preventDefault();
      act();
    }

    function in_search(e) {
      var first = grid.visible()[0];
      if (e.isComposing || e.keyCode === 229) { return; }
      if (e.key === 'ArrowDown') {
        e.preventDefault();
        grid.go(first);
      } else if (e.key === 'Enter') {
        e.preventDefault();
        if (first) { grid.pick(first); }
      }
    }

    grid.el.addEventListener('keydown', function (e) {
      if (e.target === grid.search) { in_search(e); } else { among(e); }
    });
  };
})(this);
