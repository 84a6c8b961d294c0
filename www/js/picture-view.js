/*
 * One picture over the whole page, to be looked at closely: larger and smaller
 * by buttons, keys (+ and -) and Ctrl with the wheel, moved by scrolling. A click,
 * Escape or the browser's Back closes it. Fetched with the first look.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var STEP = 1.5, MOST = 8;
  var me = { line: null, anchor: null, zoom: 1, chat: null, pushed: false };
  var view = P.make('div', 'view'), stage = P.make('div', 'view-stage');
  var bar = P.make('div', 'view-bar'), img = P.make('img', 'view-img'), buttons;

  function fit() {
    var p = me.line.picture;
    return Math.min(1, stage.clientWidth / p.width, stage.clientHeight / p.height);
  }

  // What is in the middle stays there.
  function zoom(to) {
    var p = me.line.picture, x = (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth;
    var y = (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight;
    me.zoom = Math.max(1, Math.min(MOST, to));
    img.style.width = Math.round(p.width * fit() * me.zoom) + 'px';
    img.style.height = Math.round(p.height * fit() * me.zoom) + 'px';
    stage.scrollLeft = x * stage.scrollWidth - stage.clientWidth / 2;
    stage.scrollTop = y * stage.scrollHeight - stage.clientHeight / 2;
    buttons[0].disabled = me.zoom >= MOST;
    buttons[1].disabled = me.zoom <= 1;
    if (document.activeElement === document.body) { buttons[2].focus(); }
  }

  function larger() { zoom(me.zoom * STEP); }
  function smaller() { zoom(me.zoom / STEP); }

  // By the history, so that Back and Escape are the same.
  function leave() {
    if (!me.pushed) { close(); return; }
    me.pushed = false; // once
    root.history.back();
  }

  function close() {
    var anchor = me.anchor;
    if (!me.line) { return; }
    me.line = me.anchor = null;
    me.pushed = false;
    P.show(view, false);
    P.el('app').removeAttribute('inert');
    P.el('app').removeAttribute('aria-hidden');
    img.removeAttribute('src');
    if (document.documentElement.contains(anchor)) { anchor.focus(); } else { P.el('box').focus(); }
  }

  function push() {
    me.pushed = !!(root.history && root.history.pushState);
    if (me.pushed) { root.history.pushState({ parley: 'view' }, ''); }
  }

  function open(line, source, anchor) {
    me.line = line;
    me.anchor = anchor;
    me.chat = P.app.state().chat;
    img.src = source;
    img.alt = P.log_line.who(line) + ': ' + P.picture_tile.words(line);
    view.setAttribute('aria-label', img.alt);
    ['picture.in', 'picture.out', 'picture.close'].forEach(function (key, i) { P.t_label(buttons[i], key); });
    P.show(view, true);
    P.el('app').setAttribute('inert', '');
    P.el('app').setAttribute('aria-hidden', 'true');
    push();
    zoom(1);
    buttons[2].focus();
  }

  function key(e) {
    var act = { '+': larger, '=': larger, '-': smaller, 0: function () { zoom(1); } }[e.key];
    if (!me.line) { return; }
    if (P.is_escape(e)) {
      e.preventDefault();
      leave();
    } else if (act && !e.ctrlKey && !e.metaKey) {
      act();
    }
  }

  // Tab stays among what is shown, in engines that know no `inert` as well.
  function hold(e) {
    if (me.line && e.target !== document && !view.contains(e.target)) { buttons[2].focus(); }
  }

  buttons = [[larger, 'i-plus'], [smaller, 'i-minus'], [leave, 'i-stop']].map(function (b) {
    var button = P.log_line.button('view-button', undefined, b[0]);
    button.appendChild(P.log_line.icon(b[1]));
    bar.appendChild(button);
    return button;
  });
  view.setAttribute('role', 'dialog');
  view.setAttribute('aria-modal', 'true');
  P.show(view, false);
  stage.tabIndex = 0; // arrows scroll it
  stage.appendChild(img);
  view.appendChild(bar);
  view.appendChild(stage);
  document.body.appendChild(view);
  stage.addEventListener('click', leave);
  stage.addEventListener('wheel', function (e) {
    if (!e.ctrlKey) { return; } // scrolls
    e.preventDefault();
    if (e.deltaY < 0) { larger(); } else { smaller(); }
  });
  document.addEventListener('keydown', key, true);
  document.addEventListener('focus', hold, true);
  root.addEventListener('popstate', close);
  root.addEventListener('resize', function () { if (me.line) { zoom(me.zoom); } });

  P.picture_view = {
    open: open,
    // With its chat the picture goes, too; so it does when it is taken back.
    update: function (state) {
      var there = me.line && state.chat === me.chat && state.lines.some(function (line) {
        return line.key === me.line.key && line.picture;
      });
      if (me.line && !there) { leave(); }
    }
  };
})(this);
