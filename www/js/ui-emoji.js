/*
 * The picker: stands between the log and the box, so that it covers neither,
 * and stays open for several. With a keyboard it is one stop of Tab, and the
 * arrows move inside (the roving tabindex of the ARIA toolbar pattern).
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var me = { buttons: [], at: 0, open: false };

  function make_button(text) {
    var b = P.make('button', 'emoji', text);
    b.type = 'button';
    b.tabIndex = -1;
    me.buttons.push(b);
    return b;
  }

  function fill() {
    P.emoji.forEach(function (group) {
      var title = P.make('h3', 'picker-title'), box = P.make('div', 'picker-group');
      title.setAttribute('data-t', 'emoji.' + group.name);
      title.textContent = P.t('emoji.' + group.name);
      group.all.forEach(function (text) { box.appendChild(make_button(text)); });
      P.el('picker').appendChild(title);
      P.el('picker').appendChild(box);
    });
    me.buttons[0].tabIndex = 0;
  }

  function move_to(i) {
    if (i < 0 || i >= me.buttons.length) { return; }
    me.buttons[me.at].tabIndex = -1;
    me.at = i;
    me.buttons[i].tabIndex = 0;
    me.buttons[i].focus();
  }

  // Up and down by what is drawn: the nearest one in the next row.
  function row(step) {
    var from = me.buttons[me.at], best = -1, top = null, i, b;
    for (i = me.at + step; me.buttons[i]; i += step) {
      b = me.buttons[i];
      if (b.offsetTop === from.offsetTop) { continue; }
      if (top === null) { top = b.offsetTop; }
      if (b.offsetTop !== top) { break; }
      if (best < 0 || Math.abs(b.offsetLeft - from.offsetLeft) <
          Math.abs(me.buttons[best].offsetLeft - from.offsetLeft)) { best = i; }
    }
    move_to(best);
  }

  function key(e) {
    var back = document.documentElement.dir === 'rtl' ? 1 : -1, act = {
      ArrowLeft: function () { move_to(me.at + back); },
      ArrowRight: function () { move_to(me.at - back); },
      ArrowUp: function () { row(-1); },
      ArrowDown: function () { row(1); },
      Home: function () { move_to(0); },
      End: function () { move_to(me.buttons.length - 1); }
    }[e.key];
    if (!act) { return; }
    e.preventDefault();
    act();
  }

  function is_touch() {
    return !!root.matchMedia && root.matchMedia('(pointer: coarse)').matches;
  }

  function open(on, with_keys) {
    me.open = on;
    P.show(P.el('picker'), on);
    P.el('emoji').setAttribute('aria-expanded', String(on));
    P.flag(P.el('emoji'), '-on', on);
    P.ui_log.stay();
    // A phone's keyboard makes room for the picker; a mouse leaves the caret
    // where it is; keys go on among the emoji.
    if (on && with_keys) { move_to(me.at); } else if (on && is_touch()) { P.el('box').blur(); }
  }

  function leave() {
    open(false);
    if (!is_touch()) { P.el('box').focus(); }
  }

  function pick(e) {
    var i = me.buttons.indexOf(e.target);
    if (i < 0) { return; }
    P.ui_box.insert(me.buttons[i].textContent);
    if (e.detail === 0) { move_to(i); } else if (!is_touch()) { P.el('box').focus(); }
  }

  fill();
  P.on('picker', 'click', pick);
  P.on('picker', 'keydown', key);
  // Escape closes the picker first; it is no half of a Stop.
  P.on('chat', 'keydown', function (e) {
    if (!me.open || !P.is_escape(e)) { return; }
    e.preventDefault();
    leave();
  });

  P.ui_emoji = {
    toggle: function (with_keys) {
      if (me.open) { leave(); } else if (P.app.state().phase === 'chatting') { open(true, with_keys); }
    },
    close: function () { if (me.open) { open(false); } }
  };
})(this);
