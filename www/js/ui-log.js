/*
 * The log of a chat. Lines are added at its end and only their status changes
 * later, so that a screen reader hears each of them once.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var GROUP_MS = 120000, SHOWN_MAX = 500, NEAR_PX = 80;
  var me = { shown: [], chat: null, near: true }; // near: the end is in view

  function time(at) {
    var d;
    if (!at) { return ''; }
    d = new Date(at);
    return ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2);
  }

  // A group is one person's lines in quick succession.
  function joins(before, line) {
    return !!before && before.who === line.who && line.who !== 'note' &&
      Math.abs(line.at - before.at) < GROUP_MS;
  }

  function make_message(line) {
    var el = P.make('div', 'message -' + line.who), text = P.make('div', 'bubble');
    var who = line.who === 'me' ? P.t('log.you') : P.app.state().partner.name;
    el.appendChild(P.make('span', 'aloud', who + ': '));
    text.setAttribute('dir', 'auto');
    text.textContent = line.text;
    el.appendChild(text);
    el.appendChild(P.make('p', 'meta'));
    P.flag(el, '-big', /^(?:[\u2600-\u27bf\ufe0f\u200d]|[\ud83c-\ud83e][\udc00-\udfff]){1,8}$/.test(line.text));
    return el;
  }

  function make_note(line) {
    return P.make('div', 'note -' + line.note);
  }

  function write_note(el, line) {
    P.t_put(el, 'note.' + (line.met || line.note), { name: line.name });
    if (line.common && line.common.length) { el.appendChild(P.ui_chat.common(line.common)); }
  }

  function write_meta(el, line) {
    var meta = el.lastChild, button;
    meta.textContent = '';
    P.flag(el, '-sending', line.status === 'sending');
    P.flag(el, '-failed', line.status === 'failed' || line.status === 'lost');
    meta.appendChild(P.make('time', '', time(line.at)));
    if (line.status) { meta.appendChild(P.make('span', 'status', P.t('log.' + line.status))); }
    if (line.status === 'failed') {
      P.ui_frame.aloud(P.t('log.failed'));
      button = P.make('button', 'retry', P.t('log.retry'));
      button.type = 'button';
      button.addEventListener('click', function () { P.outbox.retry(); });
      meta.appendChild(button);
    }
  }

  function write(el, line) {
    if (line.who === 'note') { write_note(el, line); } else { write_meta(el, line); }
  }

  function append(line, before) {
    var el = line.who === 'note' ? make_note(line) : make_message(line);
    write(el, line);
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

  // Lines that are still the same objects are left alone.
  function sync(lines, again) {
    var i;
    while (me.shown.length && lines.length && me.shown[0].line.key < lines[0].key) {
      P.el('log').removeChild(me.shown.shift().el);
    }
    for (i = 0; i < lines.length; i++) {
      if (me.shown[i] && me.shown[i].line.key !== lines[i].key) { drop(i); }
      if (!me.shown[i]) {
        append(lines[i], me.shown[i - 1]);
      } else if (again || me.shown[i].line !== lines[i]) {
        me.shown[i].line = lines[i];
        write(me.shown[i].el, lines[i]);
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
      if (!old || old.lines !== state.lines) {
        // Telling everything again in another language is no news to hear.
        P.el('scroll').setAttribute('aria-busy', String(!old));
        sync(lines, !old);
        P.el('scroll').setAttribute('aria-busy', 'false');
      }
      if (added && !me.near && !mine) { P.show(P.el('jump'), true); } else if (mine) { to_end(); }
      stay();
    }
  };
})(this);
