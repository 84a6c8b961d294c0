/*
 * The log of a chat. Lines are added at its end; later only what is written in
 * them changes. What is heard of it is log-heard.js's business.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var GROUP_MS = 120000, SHOWN_MAX = 500, NEAR_PX = 80;
  var me = { shown: [], chat: null, near: true }; // near: the end is in view

  // A group is one person's lines in quick succession.
  function joins(before, line) {
    return !!before && before.who === line.who && line.who !== 'note' &&
      Math.abs(line.at - before.at) < GROUP_MS;
  }

  function append(line, before) {
    var el = P.log_line.make(line);
    P.log_line.write(el, line);
    if (joins(before && before.line, line)) {
      P.flag(el, '-joined', true);
      P.flag(before.el, '-open', true);
    }
    P.el('log').appendChild(el);
    me.shown.push({ line: line, el: el });
  }

  function drop(from) {
    me.shown.splice(from).forEach(function (s) { P.el('log').removeChild(s.el); });
  }

  // One that was taken out again, such as a picture that is not sent after all.
  function drop_one(i) {
    P.el('log').removeChild(me.shown.splice(i, 1)[0].el);
  }

  // Lines that are still the same objects are left alone.
  function sync(lines, again) {
    var i;
    for (i = 0; i < lines.length; i++) {
      while (me.shown[i] && me.shown[i].line.key < lines[i].key) { drop_one(i); }
      if (me.shown[i] && me.shown[i].line.key !== lines[i].key) { drop(i); }
      if (!me.shown[i]) {
        append(lines[i], me.shown[i - 1]);
      } else if (again || me.shown[i].line !== lines[i]) {
        me.shown[i].line = lines[i];
        P.log_line.write(me.shown[i].el, lines[i], again);
      }
    }
    drop(lines.length);
  }

  function is_near_end() {
    var s = P.el('scroll');
    return s.scrollHeight - s.scrollTop - s.clientHeight < NEAR_PX;
  }

  function to_end() {
    var s = P.el('scroll');
    s.scrollTop = s.scrollHeight;
    me.near = true;
    P.show(P.el('jump'), false);
  }

  // What is below has grown or shrunk: who was at the end stays there.
  function stay() {
    if (me.near) { to_end(); }
  }

  P.ui_log = {
    stay: stay,
    is_near: function () { return me.near; },

    // The line that an element of the log belongs to, and what shows it.
    find: function (el) {
      return me.shown.filter(function (s) { return s.el.contains(el); })[0];
    },

    mount: function () {
      P.on('jump', 'click', to_end);
      P.on('scroll', 'scroll', function () {
        me.near = is_near_end();
        if (me.near) { P.show(P.el('jump'), false); }
      });
      root.addEventListener('resize', stay);
    },

    update: function (state, old) {
      var lines = state.lines.slice(-SHOWN_MAX), added = old && state.keys > old.keys;
      var mine = added && lines.length && lines[lines.length - 1].who === 'me';
      P.show(P.el('dots'), !!state.typing);
      if (me.chat !== state.chat) { me.near = true; }
      me.chat = state.chat;
      if (!old || old.lines !== state.lines) { sync(lines, !old); }
      if (added && !me.near && !mine) { P.show(P.el('jump'), true); } else if (mine) { to_end(); }
      stay();
    }
  };
})(this);
