/*
 * Pictures on their way up. Each has its bytes and its nonce here, and a line
 * in the log that shows how far it is; it can be cancelled until its last byte
 * has left. Fetched with the first picture.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var STALL_MS = 30000; // without a byte of progress
  var all = {};         // nonce -> {blob, url, chat, token, xhr, timer, part, done}

  function status(up, what) { P.app.send({ type: 'picture_status', nonce: up.nonce, status: what }); }

  function parse(text) { try { return JSON.parse(text); } catch (e) { return null; } }

  function rest(up) {
    clearTimeout(up.timer);
    up.xhr = null;
  }

  function watch(up) {
    clearTimeout(up.timer);
    up.timer = setTimeout(function () { stop(up); status(up, 'failed'); }, STALL_MS);
  }

  function stop(up) {
    var xhr = up.xhr;
    rest(up);
    if (!xhr) { return; }
    xhr.onreadystatechange = null;
    xhr.abort();
  }

  function progress(up, part) {
    var bar = document.getElementById('up-' + up.nonce);
    up.part = part;
    watch(up);
    if (bar) { bar.value = part; }
    // All is out: whoever cancels now may be too late, and would not know.
    if (bar && part === 1) { P.show(bar.nextSibling, false); }
  }

  function refuse(up, key) {
    status(up, 'lost');
    P.ui_frame.say(P.t(key));
  }

  // What no second try can mend.
  function final(code, answer) {
    if (answer && answer.error && answer.error.code === 'pictures_full') { return 'picture.full'; }
    if (code === 413) { return 'picture.large'; }
    return code >= 400 && code < 500 && code !== 408 && code !== 429 ? 'picture.bad' : '';
  }

  function finish(up, xhr) {
    var answer = parse(xhr.responseText), code = xhr.status;
    rest(up);
    if (P.app.state().token !== up.token) { return; }
    if (code === 200 && answer) {
      P.app.send({
        type: 'picture_up', nonce: up.nonce, id: answer.id, at: answer.at, url: answer.url,
        width: answer.width, height: answer.height, bytes: up.blob.size
      });
    } else if (code === 401) {
      P.app.expired();
    } else if (code === 409) {
      status(up, 'lost');
    } else if (final(code, answer)) {
      refuse(up, final(code, answer));
    } else {
      status(up, 'failed');
    }
  }

  // The same nonce again: what has got through already is not stored twice.
  function start(nonce) {
    var up = all[nonce], xhr;
    if (!up || up.xhr) { return; }
    xhr = up.xhr = new XMLHttpRequest();
    up.part = 0;
    status(up, 'sending');
    xhr.open('POST', 'api/image?chat=' + encodeURIComponent(up.chat) + '&nonce=' + nonce, true);
    xhr.setRequestHeader('Authorization', 'Bearer ' + up.token);
    xhr.setRequestHeader('Content-Type', up.blob.type || 'application/octet-stream');
    xhr.onreadystatechange = function () { if (xhr.readyState === 4) { finish(up, xhr); } };
    if (xhr.upload) {
      xhr.upload.onprogress = function (e) {
        if (e.lengthComputable) { progress(up, Math.min(e.loaded / e.total, 0.99)); }
      };
      xhr.upload.onload = function () { progress(up, 1); };
    }
    watch(up);
    xhr.send(up.blob);
  }

  function cancel(nonce) {
    stop(all[nonce]);
    P.app.send({ type: 'picture_gone', nonce: nonce });
    root.URL.revokeObjectURL(all[nonce].url);
    delete all[nonce];
    P.el('box').focus();
  }

  P.picture_up = {
    start: start,

    // picture: {width, height, blob, url}
    send: function (picture) {
      var state = P.app.state(), nonce = P.text.nonce();
      all[nonce] = {
        nonce: nonce, blob: picture.blob, url: picture.url, chat: state.chat, token: state.token, part: 0
      };
      P.app.send({
        type: 'picture', nonce: nonce, at: new Date().getTime(),
        picture: { width: picture.width, height: picture.height, bytes: picture.blob.size }
      });
      start(nonce);
    },

    local: function (nonce) { return all[nonce] ? all[nonce].url : ''; },

    // How far it is, and Cancel; in a failed one Cancel alone.
    show: function (bubble, line) {
      var up = all[line.nonce], bar = P.make('progress', 'up-bar'), box = P.make('div', 'up');
      if (!up) { return; }
      bar.id = 'up-' + line.nonce;
      bar.max = 1;
      bar.value = up.part;
      bar.setAttribute('aria-label', P.t('picture.up'));
      P.show(bar, line.status === 'sending');
      box.appendChild(bar);
      box.appendChild(P.log_line.button('up-cancel', P.t('picture.cancel'), function () { cancel(line.nonce); }));
      bubble.appendChild(box);
    },

    // What was meant for one partner is not for the next.
    update: function (state, old) {
      if (!old || (old.chat === state.chat && (old.phase === state.phase || state.phase === 'chatting'))) { return; }
      Object.keys(all).forEach(function (nonce) {
        stop(all[nonce]);
        if (all[nonce].chat === state.chat) { return; } // can still be read
        root.URL.revokeObjectURL(all[nonce].url);
        delete all[nonce];
      });
    }
  };
})(this);
