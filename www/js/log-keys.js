/*
 * What can be done with a message: its time shown, copied, taken back. Among
 * the messages there is one stop of Tab, on a button; arrows go from one to
 * the next (the roving tabindex of the ARIA toolbar pattern).
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var RETRACT_MS = 120000;
  var me = { at: null, told: null }; // the button with the stop; the message with its time

  function buttons() {
    return [].slice.call(document.querySelectorAll('#log .actions:not([hidden])'));
  }

  function stop_at(button) {
    if (me.at) { me.at.tabIndex = -1; }
    me.at = button || null;
    if (me.at) { me.at.tabIndex = 0; }
  }

  function key(e) {
    var all, at, to;
    if (e.target !== me.at) { return; }
    all = buttons();
    at = all.indexOf(me.at);
    to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[e.key];
    if (to === undefined) { return; }
    e.preventDefault();
    if (all[to]) { all[to].focus(); }
  }

  function tell(el) {
    if (me.told) { P.flag(me.told, '-told', false); }
    me.told = el && el !== me.told ? el : null;
    if (me.told) { P.flag(me.told, '-told', true); }
  }

  // Without the clipboard's own interface, which wants HTTPS and promises.
  function copy_by_hand(text) {
    var area = P.make('textarea', 'aloud'), done = false, back = document.activeElement;
    area.value = text;
    document.body.appendChild(area);
    area.select();
    try { done = document.execCommand('copy'); } catch (e) { /* not allowed */ }
    document.body.removeChild(area);
    if (back) { back.focus(); }
    return done;
  }

  function copy(line) {
    var text = P.log_text.plain(line.text), clipboard = root.navigator.clipboard;
    if (copy_by_hand(text)) { P.ui_frame.say(P.t('log.copied')); return; }
    if (!clipboard) { P.ui_frame.say(P.t('log.no_copy')); return; }
    clipboard.writeText(text).then(function () { P.ui_frame.say(P.t('log.copied')); },
      function () { P.ui_frame.say(P.t('log.no_copy')); });
  }

  function retract(line) {
    var state = P.app.state();
    P.api.post('retract', { id: line.id, chat: state.chat }, state.token, function (error) {
      if (!error) {
        P.app.send({ type: 'retract', id: line.id });
      } else if (error.status === 401) {
        P.app.expired();
      } else {
        P.ui_frame.say(P.t(error.status === 0 ? 'error.offline'
          : error.status < 429 ? 'log.too_late' : 'error.unavailable'));
      }
    });
  }

  function can_retract(line) {
    return line.who === 'me' && line.status === 'sent' && P.app.state().phase === 'chatting' &&
      new Date().getTime() - line.said < RETRACT_MS;
  }

  function open(button, line) {
    var items = line.picture ? [] : [{ key: 'log.copy', act: function () { copy(line); } }];
    if (can_retract(line)) { items.push({ key: 'log.retract', act: function () { retract(line); } }); }
    if (!items.length) { P.ui_frame.say(P.t('log.too_late')); return; }
    P.popup.open(button, items);
  }

  // .closest() is younger than some of our engines.
  function up(el, name) {
    while (el && el !== P.el('log') && (' ' + el.getAttribute('class') + ' ').indexOf(' ' + name + ' ') < 0) {
      el = el.parentNode;
    }
    return el === P.el('log') ? null : el;
  }

  function click(e) {
    var button = up(e.target, 'actions'), bubble = up(e.target, 'bubble');
    var found = P.ui_log.find(e.target);
    if (!found) { return; } // what was clicked has just gone
    if (button) { open(button, found.line); return; }
    if (!bubble || up(e.target, 'link') || up(e.target, 'button') || String(root.getSelection())) { return; }
    tell(found.el);
  }

  // The log has changed: the last message has the stop, unless somebody is there.
  function settle() {
    var all = buttons();
    if (me.at && me.at === document.activeElement && all.indexOf(me.at) >= 0) { return; }
    stop_at(all[all.length - 1]);
  }

  P.log_keys = {
    mount: function () {
      P.on('save', 'click', function () {
        P.el('person-open').click(); // closes the panel
        P.el('person-open').focus();
        P.picture.need('js/log-save.js', 'log_save', function (save) { save(); });
      });
      P.on('log', 'click', click);
      P.on('log', 'keydown', key);
      P.el('log').addEventListener('focus', function (e) {
        if (up(e.target, 'actions')) { stop_at(e.target); }
      }, true);
      P.settings.on('times', function (on) { P.flag(P.el('log'), '-times', on); });
    },

    update: function (state, old) {
      if (!old || old.lines !== state.lines) { settle(); }
    }
  };
})(this);
