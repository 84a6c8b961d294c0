/*
 * How somebody gets a session: asked for, and paid for where the server wants a
 * proof of work first (work.js).
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var TRIES = 3; // an address may change, or the work come too late

  function fetch_work(done) {
    P.need('js/work.js', function () { return !!P.work; }, done);
  }

  // done(answer), or done(null): it was too much.
  function pay(work, done) {
    P.ui_frame.say(P.t('start.work'));
    fetch_work(function (there) {
      if (!there) { done(null); return; }
      P.work.solve(work.challenge, work.bits, work.expires_s * 1000, done);
    });
  }

  function enter(body, tries, done) {
    P.api.post('session', body, null, function (error, session) {
      if (!error) {
        session.type = 'login';
        P.app.send(session);
        P.app.listen();
        P.act.repeat('next');
      }
      if (!error || !error.work || tries >= TRIES) { done(error); return; }
      pay(error.work, function (answer) {
        if (answer === null) { done(error); return; }
        body.work = { challenge: error.work.challenge, answer: answer };
        enter(body, tries + 1, done);
      });
    });
  }

  // done(error) for the form.
  P.login = function (name, tags, done) {
    enter({ name: name, tags: tags, lang: P.lang.current().code }, 0, done);
  };
})(this);
