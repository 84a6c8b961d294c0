/*
 * Puts the page together: the one state, the loop that listens, the screens.
 * Everything that happens goes through send(): reduce, save, show.
 */
(function (root) {
  'use strict';
  var P = root.Parley;
  var state = P.state.fresh();
  var BEAT_MS = 4000; // between two pictures on an e-ink screen
  var CALM = { poll: true, sent: true, quiet: true, online: true };
  var drawn = state, beat = null;
  var shown = [P.settings, P.ui_frame, P.ui_start, P.tags, P.ui_seek, P.ui_unread, P.typing];
  var begun = false;

  function show(old) {
    shown.forEach(function (ui) { ui.update(state, old); });
  }

  // old: what the screens show now; null for all anew.
  function draw(old) {
    clearTimeout(beat);
    beat = null;
    drawn = state;
    show(old);
    if (old) { P.ui_frame.focus(state, old); } // when all is in its place
  }

  // On e-ink what others do waits for the next beat; what one does oneself, and
  // another screen, does not.
  function draw_soon(event) {
    var calm = P.theme.is_eink() && CALM[event.type] && state.phase === drawn.phase;
    if (!calm) {
      draw(drawn);
    } else if (!beat) {
      beat = setTimeout(function () { draw(drawn); }, BEAT_MS);
    }
  }

  function send(event) {
    var old = state;
    state = P.state.reduce(state, event);
    if (state === old) { return; }
    P.store.save(state);
    draw_soon(event);
  }

  var hooks = {
    cursor: function () { return state.cursor; },
    token: function () { return state.token; },
    // Alone in the pool nothing happens: look at the number online more often.
    wait: function () { return Math.min(state.hold, state.phase === 'waiting' ? 10 : 25); },
    answer: function (answer, asleep) {
      var settled = P.act.is_settled(), missing;
      send({ type: 'poll', answer: answer, fresh: settled, asleep: asleep });
      missing = settled && !answer.more && P.state.missing(state, answer);
      if (missing) { P.act.repeat(missing); }
    },
    down: function () { P.ui_frame.line(false); },
    up: function () {
      P.ui_frame.line(true);
      P.outbox.retry();
    },
    expired: function () { P.app.expired(); },
    superseded: function () { send({ type: 'superseded', on: true }); }
  };

  P.app = {
    state: function () { return state; },
    send: send,
    listen: function (heard_ms) {
      P.tabs.open();
      P.poll.start(hooks, heard_ms);
    },
    expired: function () {
      P.poll.stop();
      send({ type: 'bye', notice: 'expired' });
    },
    // Parts of the page that came later: parts.js.
    join: function (parts) {
      shown = shown.concat(parts);
      if (!begun) { return; }
      parts.forEach(function (part) { if (part.mount) { part.mount(); } });
      draw(null);
    },
    // Another language: everything says itself again.
    retell: function () { draw(null); }
  };

  function leave_page() {
    if (P.ui_box) { P.ui_box.keep_draft(); }
    P.tabs.close();
    if (!state.token || !P.poll.is_running()) { return; }
    P.store.note('left_at', P.poll.is_down() ? P.poll.heard_ms() : new Date().getTime());
    P.api.beacon('session/end', { token: state.token, unload: true });
  }

  // On without JavaScript. The token goes along in the body, in no address; that
  // we are superseded keeps the page from saying goodbye.
  function go_plain(e) {
    if (!state.token) {
      e.preventDefault();
      root.location.assign('plain/?lang=' + document.documentElement.lang);
      return;
    }
    P.el('plain-token').value = state.token;
    P.el('plain-lang').value = document.documentElement.lang;
    P.poll.stop();
    send({ type: 'superseded', on: true });
  }

  function come_back() {
    if (!state.token || state.superseded) { return; }
    P.tabs.find('ask', function (found) {
      if (found) { send({ type: 'superseded', on: true }); return; }
      P.app.listen(Number(P.store.noted('left_at')) || 0);
      P.outbox.retry();
    });
  }

  function begin() {
    begun = true;
    shown.forEach(function (ui) { if (ui.mount) { ui.mount(); } });
    P.show(P.el('app'), true);
    show(null);
    P.ui_frame.focus(state, P.state.fresh());
    come_back();
    root.addEventListener('onpagehide' in root ? 'pagehide' : 'unload', leave_page);
    P.on('plain', 'submit', go_plain);
    root.addEventListener('online', P.poll.try_now);
    root.addEventListener('offline', P.poll.lost);
    root.addEventListener('focus', P.poll.come_back);
    document.addEventListener('visibilitychange', P.poll.come_back);
    root.addEventListener('pageshow', function (e) { if (e.persisted) { come_back(); } });
  }

  P.settings.load();
  P.theme.start();
  P.lang.start(function () {
    state = drawn = P.store.load();
    if (state.token) { P.parts.insist(begin); } else { begin(); }
  });
})(this);
