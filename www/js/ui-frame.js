/*
 * What frames the screens: which one is shown, the banner of a lost line, the
 * language, the number online, the Escape key, and where the focus goes.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var BANNER_MS = 900;   // shorter interruptions are nobody's business
  var ESCAPE_MS = 2500;
  var me = { timer: null, lost: false, escaped: 0, say_timer: null };

  function screen_of(state) {
    if (state.superseded) { return 'elsewhere'; }
    return { start: 'start', waiting: 'wait' }[state.phase] || 'chat';
  }

  function target(screen, phase) {
    return { start: 'name', wait: 'wait-stop', elsewhere: 'elsewhere-here' }[screen] ||
      (phase === 'chatting' ? 'box' : 'over-next');
  }

  // visualViewport tells what an on-screen keyboard leaves; not while somebody
  // has zoomed in.
  function fit() {
    var view = root.visualViewport;
    if (!view || view.scale > 1.01) { return; }
    document.documentElement.style.setProperty('--height', view.height + 'px');
    root.scrollTo(0, 0);
    if (P.ui_log) { P.ui_log.stay(); }
  }

  function banner(key, with_button) {
    var el = P.el('banner'), button;
    el.textContent = '';
    P.flag(el, '-on', !!key);
    P.flag(el, '-good', key === 'net.back');
    if (!key) { return; }
    el.appendChild(P.make('span', '', P.t(key)));
    if (!with_button) { return; }
    button = P.make('button', 'banner-button', P.t('net.now'));
    button.type = 'button';
    button.addEventListener('click', P.poll.try_now);
    el.appendChild(button);
  }

  function line(up) {
    clearTimeout(me.timer);
    if (!up) {
      me.timer = setTimeout(function () {
        me.lost = true;
        banner('net.lost', true);
      }, me.lost ? 0 : BANNER_MS);
    } else if (me.lost) {
      me.lost = false;
      banner('net.back', false);
      me.timer = setTimeout(banner, 2500);
    }
  }

  function say(text) {
    clearTimeout(me.say_timer);
    P.el('say').textContent = text;
    P.flag(P.el('say'), '-on', !!text);
    if (text) { me.say_timer = setTimeout(function () { say(''); }, ESCAPE_MS); }
  }

  // For ears alone: what is plain to see.
  function aloud(text) { P.el('aloud').textContent = text; }

  function escape(e) {
    var now = new Date().getTime(), phase = P.app.state().phase;
    if (!P.is_escape(e) || e.defaultPrevented) { return; }
    if ((phase !== 'chatting' && phase !== 'ended') || P.app.state().superseded) { return; }
    if (now - me.escaped < ESCAPE_MS) {
      me.escaped = 0;
      say('');
      P.act.next();
    } else {
      me.escaped = now;
      say(P.t('keys.again'));
    }
  }

  function choose_language() {
    P.lang.choose(P.el('lang').value, function () {
      banner(me.lost ? 'net.lost' : '', me.lost);
      P.app.retell();
    });
  }

  P.ui_frame = {
    // Another screen: go to where it goes on. Not into the name at a load,
    // where a phone's keyboard would hide what the page says.
    focus: function (state, old) {
      var screen = screen_of(state);
      if (screen !== screen_of(old) || state.phase !== old.phase) {
        P.el(target(screen, state.phase)).focus();
      }
    },

    aloud: aloud,
    say: say,
    line: line,

    mount: function () {
      P.on('lang', 'change', choose_language);
      P.on('elsewhere-here', 'click', function () { P.act.here(); });
      P.on('wait-stop', 'click', function () { P.act.stop(); });
      document.addEventListener('keydown', escape);
      if (root.visualViewport) {
        root.visualViewport.addEventListener('resize', fit);
        fit();
      }
    },

    update: function (state, old) {
      var screen = screen_of(state);
      ['start', 'wait', 'chat', 'elsewhere'].forEach(function (id) {
        P.show(P.el(id), id === screen);
      });
      P.el('app').className = 'app -' + screen;
      P.el('lang').value = P.lang.current().code;
      P.el('lang-short').textContent = P.lang.current().short;
      P.el('online').textContent = state.online ? P.t_count('online', state.online) : '';
      P.el('wait-online').textContent = P.el('online').textContent;
      P.el('wait-hint').textContent = P.t(state.online === 1 ? 'wait.alone' : 'wait.hint');
      if (!old || screen !== screen_of(old) || state.phase !== old.phase) {
        if (screen === 'start') { line(true); }
        if (screen === 'wait') { aloud(P.t('wait.title')); }
      }
    }
  };
})(this);
