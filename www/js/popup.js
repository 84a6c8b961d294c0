/*
 * A small menu at a button, such as a message has. Keys as in the ARIA menu
 * pattern: arrows, Home, End; Tab and Escape go back to the button.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var EDGE_PX = 8;
  var me = { anchor: null, buttons: [] };

  function make_item(item) {
    var b = P.log_line.button('popup-item', P.t(item.key), function () {
      close(true);
      item.act();
    });
    b.tabIndex = -1;
    b.setAttribute('role', 'menuitem');
    return b;
  }

  // Below the button, or above where there is more room; never out of sight.
  function place() {
    var popup = P.el('popup'), at = me.anchor.getBoundingClientRect();
    var doc = document.documentElement, wide = popup.offsetWidth, high = popup.offsetHeight;
    var left = doc.dir === 'rtl' ? at.right - wide : at.left;
    var top = at.bottom + high + EDGE_PX > doc.clientHeight ? at.top - high : at.bottom;
    left = Math.min(left, doc.clientWidth - wide - EDGE_PX);
    popup.style.left = Math.max(left, EDGE_PX) + 'px';
    popup.style.top = Math.max(top, EDGE_PX) + 'px';
  }

  function close(back) {
    var anchor = me.anchor;
    if (!anchor) { return; }
    me.anchor = null;
    P.show(P.el('popup'), false);
    P.el('popup').textContent = '';
    anchor.setAttribute('aria-expanded', 'false');
    if (back) { (document.documentElement.contains(anchor) ? anchor : P.el('box')).focus(); }
  }

  function key(e) {
    var n = me.buttons.length, at = me.buttons.indexOf(document.activeElement);
    var to = { ArrowDown: at + 1, ArrowUp: at - 1 + n, Home: 0, End: n - 1 }[e.key];
    if (P.is_escape(e) || e.key === 'Tab') {
      if (e.key !== 'Tab') { e.preventDefault(); }
      close(true);
    } else if (to !== undefined) {
      e.preventDefault();
      me.buttons[to % n].focus();
    }
  }

  function close_outside(e) {
    if (me.anchor && !me.anchor.contains(e.target) && !P.el('popup').contains(e.target)) {
      close(false);
    }
  }

  P.popup = {
    // items: {key, act()}; `key` names the words. A second time it closes.
    open: function (anchor, items) {
      var popup = P.el('popup'), again = me.anchor === anchor;
      close(again);
      if (again) { return; }
      me.anchor = anchor;
      me.buttons = items.map(make_item);
      me.buttons.forEach(function (b) { popup.appendChild(b); });
      popup.setAttribute('aria-label', P.t('log.menu'));
      anchor.setAttribute('aria-expanded', 'true');
      P.show(popup, true);
      place();
      me.buttons[0].focus();
    },

    mount: function () {
      P.on('popup', 'keydown', key);
      document.addEventListener('click', close_outside, true);
      P.on('scroll', 'scroll', function () { if (me.anchor) { place(); } });
      root.addEventListener('resize', function () { close(false); });
    },

    // What is open may be about what is past.
    update: function (state, old) {
      if (!old || old.chat !== state.chat || old.phase !== state.phase) { close(false); }
    }
  };
})(this);
