/*
 * Sound and notifications for what comes, each a setting that is off at first.
 * The sound is made here, with WebAudio. A notification names who wrote, not
 * what: it may stand on a locked screen. The permission is asked for when
 * somebody switches it on, and never else.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var Audio = root.AudioContext || root.webkitAudioContext, Note = root.Notification;
  var me = { audio: null, note: null, sound: false, notify: false, ready: false };

  function tone(hz, from_s) {
    var osc = me.audio.createOscillator(), gain = me.audio.createGain();
    var at = me.audio.currentTime + from_s;
    osc.frequency.value = hz;
    gain.gain.setValueAtTime(0.12, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.18);
    osc.connect(gain);
    gain.connect(me.audio.destination);
    osc.start(at);
    osc.stop(at + 0.2);
  }

  function ring() {
    try {
      me.audio = me.audio || new Audio();
      if (me.audio.state === 'suspended') { me.audio.resume(); }
      tone(660, 0);
      tone(880, 0.09);
    } catch (e) { /* no sound card, or too many: silence */ }
  }

  // After a reload a browser is silent until somebody touches the page.
  function wake() {
    if (me.audio && me.audio.state === 'suspended') { me.audio.resume(); }
  }

  function told(permission) {
    if (permission === 'granted') { return; }
    P.el('set-notify').checked = me.notify = false;
    P.store.prefer('notify', 'off');
    P.ui_frame.say(P.t('settings.notify_denied'));
  }

  function ask() {
    var answer = Note.requestPermission(told); // by a callback, or a promise
    if (answer && answer.then) { answer.then(told); }
  }

  function hide_note() {
    if (me.note) { me.note.close(); }
    me.note = null;
  }

  function show_note(name, key) {
    try {
      hide_note();
      me.note = new Note(name, { body: P.t(key), tag: 'parley', icon: 'img/icon.svg' });
      me.note.onclick = function () {
        root.focus();
        hide_note();
      };
    } catch (e) { /* a phone that wants a service worker for it */ }
  }

  function is_news(line) { return line.who === 'them' || line.note === 'matched'; }

  P.alerts = {
    update: function (state, old) {
      var news = old && state.keys > old.keys ? state.lines.filter(function (line) {
        return line.key > old.keys && is_news(line);
      }) : [];
      if (!news.length || state.superseded) { return; }
      if (me.sound) { ring(); }
      if (me.notify && document.hidden && Note.permission === 'granted') {
        show_note(P.t_alone(state.partner.name), news.pop().who === 'them' ? 'alert.message' : 'alert.matched');
      }
    }
  };

  P.show(P.el('set-sound').parentNode, !!Audio);
  P.show(P.el('set-notify').parentNode, !!Note);
  P.settings.on('sound', function (on) {
    me.sound = on && !!Audio;
    if (on && me.ready) { ring(); } // this is how it sounds
  });
  P.settings.on('notify', function (on) {
    me.notify = on && !!Note;
    if (me.notify && me.ready) { ask(); }
  });
  me.ready = true;
  document.addEventListener('click', wake);
  document.addEventListener('keydown', wake);
  document.addEventListener('visibilitychange', function () {
    if (!document.hidden) { hide_note(); }
  });
})(this);
