/*
 * The picture that somebody wants to send: made smaller, shown above the box,
 * sent or not. Fetched with the first picture.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var SIDE_MAX = 2048, BYTES_MAX = 5 * 1048576, BYTES_FINE = 1048576, QUALITY = 0.85;
  var URL = root.URL || root.webkitURL;
  var AS_IT_IS = /^image\/(?:gif|webp)$/; // these may move
  var PLAIN = /^image\/(?:jpeg|png)$/;    // the others have to become one of those
  var me = { now: null, asked: 0 };

  // Engines that know this draw a JPEG as it is meant to be looked at; in the
  // others it would lie on its side for ever.
  function turns() {
    return !!(root.CSS && root.CSS.supports && root.CSS.supports('image-orientation', 'from-image'));
  }

  function wants_canvas(file, img) {
    var large = Math.max(img.naturalWidth, img.naturalHeight) > SIDE_MAX || file.size > BYTES_FINE;
    if (AS_IT_IS.test(file.type)) { return false; }
    if (!PLAIN.test(file.type)) { return true; }
    return large && (file.type !== 'image/jpeg' || turns());
  }

  function bytes_of(url) {
    var raw = root.atob(url.split(',')[1]), all = new root.Uint8Array(raw.length), i;
    for (i = 0; i < raw.length; i++) { all[i] = raw.charCodeAt(i); }
    return all;
  }

  function to_blob(canvas, type, done) {
    if (canvas.toBlob) { canvas.toBlob(done, type, QUALITY); return; }
    done(new root.Blob([bytes_of(canvas.toDataURL(type, QUALITY))], { type: type }));
  }

  // done(blob, width, height). PNG stays PNG for what shines through it, unless
  // that is too large.
  function draw(img, type, done) {
    var scale = Math.min(1, SIDE_MAX / Math.max(img.naturalWidth, img.naturalHeight));
    var canvas = P.make('canvas'), pen = canvas.getContext('2d');
    canvas.width = Math.max(1, Math.round(img.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(img.naturalHeight * scale));
    if (type === 'image/jpeg') {
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, canvas.width, canvas.height);
    }
    pen.drawImage(img, 0, 0, canvas.width, canvas.height);
    to_blob(canvas, type, function (blob) {
      if (blob && type === 'image/png' && blob.size > BYTES_FINE) { draw(img, 'image/jpeg', done); return; }
      done(blob, canvas.width, canvas.height);
    });
  }

  // Where the browser cannot, or where nothing is won: as it is.
  function shrink(file, img, done) {
    function as_it_is() { done(file, img.naturalWidth, img.naturalHeight); }
    if (!wants_canvas(file, img)) { as_it_is(); return; }
    try {
      draw(img, file.type === 'image/png' ? 'image/png' : 'image/jpeg', function (blob, w, h) {
        if (!blob || (PLAIN.test(file.type) && blob.size >= file.size)) { as_it_is(); } else { done(blob, w, h); }
      });
    } catch (e) { as_it_is(); }
  }

  function fail(key, url) {
    URL.revokeObjectURL(url);
    P.ui_frame.say(P.t(key));
  }

  function offer(file) {
    var img = P.make('img', 'preview-img'), url = URL.createObjectURL(file), asked = me.asked += 1;
    img.onerror = function () { fail('picture.bad', url); };
    img.onload = function () {
      img.onload = null;
      if (!img.naturalWidth) { fail('picture.bad', url); return; }
      shrink(file, img, function (blob, w, h) {
        if (asked !== me.asked) { URL.revokeObjectURL(url); return; }
        if (blob.size > BYTES_MAX) { fail('picture.large', url); return; }
        if (P.app.state().phase === 'chatting') { show(img, url, blob, w, h); }
      });
    };
    img.src = url;
  }

  function show(img, url, blob, w, h) {
    var box = P.el('preview'), text = P.make('div', 'preview-words'), send;
    close(false);
    me.now = { blob: blob, url: url, width: w, height: h };
    img.alt = P.picture_tile.words({ picture: { width: w, height: h, bytes: blob.size } });
    text.appendChild(P.make('p', '', P.t('picture.title')));
    text.appendChild(P.make('p', 'small', img.alt));
    text.appendChild(P.log_line.button('button -quiet', P.t('picture.cancel'), function () { close(true); }));
    send = P.log_line.button('button', P.t('box.send'), confirm);
    text.appendChild(send);
    box.appendChild(img);
    box.appendChild(text);
    P.show(box, true);
    P.ui_log.stay();
    send.focus();
  }

  // keep: the picture is on its way, and its address in use.
  function close(back, keep) {
    if (!me.now) { return; }
    if (!keep) { URL.revokeObjectURL(me.now.url); }
    me.now = null;
    P.el('preview').textContent = '';
    P.show(P.el('preview'), false);
    P.ui_log.stay();
    if (back) { P.el('box').focus(); }
  }

  function confirm() {
    var picture = me.now;
    close(true, true);
    P.picture_up.send(picture);
  }

  // Escape takes it back; it is no half of a Stop.
  P.on('chat', 'keydown', function (e) {
    if (!me.now || !P.is_escape(e) || e.defaultPrevented) { return; }
    e.preventDefault();
    close(true);
  });

  P.picture_send = {
    offer: offer,
    update: function (state, old) {
      P.picture_up.update(state, old);
      if (old && (old.chat !== state.chat || state.phase !== 'chatting')) {
        me.asked += 1;
        close(false);
      }
    }
  };
})(this);
