/*
 * Requests. post() and get() call done(error, answer) once, or never after
 * abort(). An error is {status, code, retry_s, work}: the server's own code, or
 * `offline` (nobody answered) or `unavailable` (a gateway's page). Addresses
 * are relative, so that Parley can live below any path.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};

  function parse(text) {
    try { return JSON.parse(text); } catch (e) { return null; }
  }

  function error_of(xhr, body) {
    var told = body && body.error && body.error.code;
    var wait = parseInt(xhr.getResponseHeader('Retry-After'), 10);
    return {
      status: xhr.status,
      code: told || (xhr.status >= 500 ? 'unavailable' : 'unknown'),
      retry_s: wait > 0 ? wait : 0,
      work: body && body.work // what it costs first: login.js
    };
  }

  function finish(xhr, done) {
    var body = xhr.status ? parse(xhr.responseText) : null;
    if (xhr.status === 204 || (xhr.status >= 200 && xhr.status < 300 && body)) {
      done(null, body || {});
    } else if (xhr.status >= 400) {
      done(error_of(xhr, body));
    } else { // nothing, or a captive portal's page
      done({ status: 0, code: 'offline', retry_s: 0 });
    }
  }

  function call(method, path, body, token, limit_ms, done) {
    var xhr = new XMLHttpRequest(), timer, over = false;
    function end(report) {
      if (over) { return; }
      over = true;
      clearTimeout(timer);
      xhr.onreadystatechange = null;
      if (report) { finish(xhr, done); } else { xhr.abort(); }
    }
    xhr.open(method, 'api/' + path, true);
    xhr.setRequestHeader('Accept', 'application/json');
    if (token) { xhr.setRequestHeader('Authorization', 'Bearer ' + token); }
    if (body) { xhr.setRequestHeader('Content-Type', 'application/json'); }
    xhr.onreadystatechange = function () { if (xhr.readyState === 4) { end(true); } };
    timer = setTimeout(function () {
      end(false);
      done({ status: 0, code: 'offline', retry_s: 0 });
    }, limit_ms);
    xhr.send(body ? JSON.stringify(body) : null);
    return { abort: function () { end(false); } };
  }

  P.api = {
    get: function (path, token, limit_ms, done) {
      return call('GET', path, null, token, limit_ms, done);
    },

    post: function (path, body, token, done) {
      return call('POST', path, body, token, 15000, done);
    },

    // A last word while the page goes away: nobody waits for an answer.
    beacon: function (path, body) {
      var nav = root.navigator, text = JSON.stringify(body);
      try {
        if (nav && nav.sendBeacon && nav.sendBeacon('api/' + path, text)) { return; }
        call('POST', path, body, null, 5000, function () {});
      } catch (e) { /* then the server finds out by itself */ }
    }
  };
})(this);
