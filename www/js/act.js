/*
 * What a person can do. Each act changes the state at once and then tells the
 * server. `next` and `leave` that did not get through are not repeated blindly
 * (a second `next` would leave the new partner): a fresh poll shows whether
 * the server still waits for them.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var me = { busy: 0, fails: 0, timer: null };

  // done(error, answer) when the server has said yes or no.
  function command(path, body, done) {
    var token = P.app.state().token;
    me.busy += 1;
    P.api.post(path, body, token, function (error, answer) {
      me.busy -= 1;
      if (P.app.state().token !== token) { return; }
      if (error && error.status === 401) { P.app.expired(); return; }
      if (done && is_answered(error)) { done(error, answer); }
      if (error && error.status !== 409) { look_later(error); return; }
      me.fails = 0;
      P.poll.again();
    });
  }

  function is_answered(error) {
    return !error || (error.status >= 400 && error.status < 500 && error.status !== 429);
  }

  function look_later(error) {
    me.fails = Math.min(me.fails + 1, 5);
    if (me.fails > 1 && error.status) { P.ui_frame.say(P.t('net.busy')); }
    clearTimeout(me.timer);
    me.timer = setTimeout(function () {
      me.timer = null;
      P.poll.again();
    }, Math.max(500 * Math.pow(2, me.fails), error.retry_s * 1000));
  }

  function look(body) {
    command('next', body, function (error, answer) {
      var ms = !error && answer.state === 'waiting' && answer.widen_ms;
      P.app.send({ type: 'widen', at: ms ? new Date().getTime() + ms : 0 });
    });
  }

  function block() {
    command('block', { chat: P.app.state().block }, function () {
      P.app.send({ type: 'blocked' });
    });
  }

  function forget() {
    clearTimeout(me.timer);
    me.timer = null;
    me.fails = 0;
  }

  P.act = {
    next: function () {
      forget();
      P.app.send({ type: 'next', at: new Date().getTime() });
      look({});
    },

    // Not to wait any longer for somebody who fits.
    widen: function () {
      P.app.send({ type: 'widen', at: 0 });
      look({ widen: true });
    },

    // Undoes Next: a `matched` brings the partner back. done(error).
    back: function (done) {
      forget();
      command('back', {}, done);
    },

    // Ends the chat; where there is none, the visit.
    stop: function () {
      var state = P.app.state();
      forget();
      if (state.phase !== 'chatting') { P.act.bye(); return; }
      P.app.send({ type: 'stop' });
      command('leave', { chat: state.chat });
    },

    // The partner of the chat on the screen, also when it has ended.
    block: function () {
      forget();
      P.app.send({ type: 'block' });
      block();
    },

    bye: function () {
      var token = P.app.state().token;
      forget();
      P.poll.stop();
      P.app.send({ type: 'bye' });
      P.api.post('session/end', {}, token, function () {});
    },

    say: function (text) {
      P.app.send({
        type: 'say', text: text, nonce: P.text.nonce(), at: new Date().getTime()
      });
      P.typing.sent();
      P.outbox.pump();
    },

    // Another tab had this session: take it back.
    here: function () {
      P.tabs.find('take', function (state) {
        if (state) { P.app.send({ type: 'adopt', state: state }); }
        P.app.send({ type: 'superseded', on: false });
        P.app.listen();
        P.outbox.retry();
      });
    },

    // No command under way: what a poll says about us is true now.
    is_settled: function () { return !me.busy && !me.timer; },

    // What a poll shows to be missing on the server: `next`, `leave` or `block`.
    repeat: function (what) {
      if (what === 'block') {
        block();
      } else if (what === 'next') {
        look({});
      } else {
        command(what, { chat: P.app.state().chat });
      }
    }
  };
})(this);
