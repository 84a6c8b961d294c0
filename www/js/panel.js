/*
 * A panel that hangs from a button, both inside an area. Escape closes it and
 * goes back to the button; it is no half of a Next. A click, or the focus,
 * outside the area closes it as well: who goes on there must see where he is.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};

  // All by their ids; changed(on) when it opens and when it closes.
  P.make_panel = function (area, button, panel, changed) {
    function is_open() { return !P.el(panel).hidden; }

    function open(on) {
      P.show(P.el(panel), on);
      P.el(button).setAttribute('aria-expanded', String(on));
      changed(on);
    }

    function close() {
      open(false);
      P.el(button).focus();
    }

    function key(e) {
      if (!is_open() || !P.is_escape(e)) { return; }
      e.preventDefault();
      close();
    }

    function elsewhere(e) {
      if (e.target !== document && is_open() && !P.el(area).contains(e.target)) { open(false); }
    }

    P.on(button, 'click', function () { open(!is_open()); });
    document.addEventListener('keydown', key, true);
    document.addEventListener('mousedown', elsewhere);
    document.addEventListener('focus', elsewhere, true);
    return { open: open, close: close, is_open: is_open };
  };
})(this);
