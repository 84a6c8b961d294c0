/*
 * The one loop that listens: one held request at a time, the next one as soon
 * as the last was answered. Failures back off from 0.5 s to 15 s with jitter;
 * when the network or the tab comes back there is one try at once.
 * It calls hooks: cursor(), token(), wait() for the request; answer(answer,
 * asleep), down(error), up(), expired(), superseded().
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var FIRST_MS = 500, LAST_MS = 15000;
  var LONG_MS = 75000;   // so long without asking, and the server gave us up
  var LATE_MS = 2000;    // a request that is on its way for longer is rare
  var NAP_MS = 5000;     // hidden for so long, a phone may have slept
  var UNLOAD_MS = 8000;  // ... or so long, after the beacon of a closed page
  var me = {
    hooks: null, request: null, timer: null, running: false, fails: 0,
    warm: [],            // waits of the next polls, where they are short ones
    late: 0, late_at: 0, // polls of ours that were given up: see superseded()
    started: 0, begun: 0, limit: 0, heard: 0, loaded: true, idle: 0, hidden: 0
  };

  function now() { return new Date().getTime(); }

  function clear() {
    if (me.request) {
      me.request.abort();
      me.late_at = now();
    }
    clearTimeout(me.timer);
    me.request = me.timer = null;
  }

  function back_off(retry_s) {
    var ceiling = Math.min(LAST_MS, FIRST_MS * Math.pow(2, me.fails - 1));
    return Math.max(ceiling * (0.5 + Math.random() / 2), retry_s * 1000);
  }

  // After a failure the first question is a short one: to know that the line
  // is good again must not take as long as a held poll.
  function wait_s() {
    if (me.fails) { return 0; }
    return me.warm.length ? me.warm.shift() : me.hooks.wait();
  }

  function ask() {
    var wait = wait_s(), request;
    clear();
    me.begun = now();
    me.limit = (wait * 1.1 + 10) * 1000;
    request = P.api.get('poll?cursor=' + me.hooks.cursor() + '&wait=' + wait,
      me.hooks.token(), me.limit, function (error, answer) {
        if (request === me.request) { told(error, answer); return; }
        me.late -= 1;
        me.late_at = now();
      });
    me.request = request;
  }

  function told(error, answer) {
    me.request = null;
    if (error && error.status === 401) { P.poll.stop(); me.hooks.expired(); return; }
    if (error) { failed(error); return; }
    if (me.fails) { me.fails = 0; me.hooks.up(); }
    if (answer.superseded) { superseded(); return; }
    heard(answer);
    if (me.running && !me.request && !me.timer) { me.timer = setTimeout(ask, pause_ms(answer)); }
  }

  // By another tab; or by a poll of our own that was given up for the present
  // one, and yet came to the server after it, as one of this page before a
  // reload may. In doubt, a tab that nobody sees gives way.
  function superseded() {
    var since = now() - Math.max(me.late_at, me.started);
    if (!root.document.hidden && (me.late || since < LATE_MS)) {
      ask();
      return;
    }
    P.poll.stop();
    me.hooks.superseded();
  }

  function failed(error) {
    me.fails += 1;
    clear();
    me.timer = setTimeout(ask, back_off(error.retry_s));
    me.hooks.down(error);
  }

  function heard(answer) {
    var silent = me.begun - me.heard;
    var asleep = silent > (me.loaded ? UNLOAD_MS : LONG_MS);
    me.heard = now();
    me.loaded = false;
    me.hooks.answer(answer, asleep);
  }

  // A server that answers empty at once, again and again, must not be
  // hammered: three such are a drain or a restart, more are a mistake.
  function pause_ms(answer) {
    var quick = !answer.more && !answer.events.length && now() - me.begun < 200;
    me.idle = quick ? me.idle + 1 : 0;
    return Math.max(answer.delay_ms || 0, me.idle > 3 ? 1000 : 0);
  }

  // The tab is looked at again: maybe the request died in a sleep.
  function come_back() {
    var nap = me.hidden > 0 && now() - me.hidden > NAP_MS;
    if (root.document.hidden) { me.hidden = me.hidden || now(); return; }
    me.hidden = 0;
    if (!me.running) { return; }
    if (nap) { me.warm = [0]; }
    if (nap || (me.timer && me.fails) || (me.request && now() - me.begun > me.limit)) { ask(); }
  }

  P.poll = {
    // heard_ms: when this session last heard from the server, if it did.
    start: function (hooks, heard_ms) {
      me.hooks = hooks;
      me.running = me.loaded = true;
      me.heard = heard_ms || now();
      // A late beacon of the page before this one may call us away again: the
      // second of two short polls heals that.
      me.warm = [0, 2];
      me.fails = me.idle = 0;
      me.started = now();
      ask();
    },
    stop: function () { me.running = false; clear(); },
    // Something has changed on the server: ask again, and at once.
    again: function () {
      if (!me.running || me.fails) { return; }
      me.warm = me.warm.length ? me.warm : [0];
      // The old one is not cut off: the server answers it, and by that we know
      // when it is out of the way.
      if (me.request) { me.late += 1; }
      me.request = null;
      ask();
    },
    try_now: function () { if (me.running) { ask(); } },
    lost: function () {
      if (me.running) { clear(); failed({ status: 0, code: 'offline', retry_s: 0 }); }
    },
    come_back: come_back,
    is_running: function () { return me.running; },
    is_down: function () { return me.fails > 0; },
    heard_ms: function () { return me.heard; }
  };
})(this);
