/*
 * Where pictures come in: the file chooser, a phone's camera, paste, drop. All
 * that follows (preview, scaling, upload) is fetched with the first one.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};

  function can() { return P.app.state().phase === 'chatting' && !P.app.state().superseded; }

  // A part of the page that is fetched when somebody wants it.
  function need(src, name, done) {
    P.need(src, function () { return !!P[name]; }, function (there) {
      if (there) { done(P[name]); } else { P.ui_frame.say(P.t('error.load')); }
    });
  }

  function offer(file) {
    if (!file || !can()) { return; }
    need('js/picture-up.js', 'picture_up', function () {
      need('js/picture-send.js', 'picture_send', function (send) { send.offer(file); });
    });
  }

  // With a finger there is a choice: a picture, or the camera.
  function is_touch() {
    return !!root.matchMedia && root.matchMedia('(pointer: coarse)').matches;
  }

  function choose() {
    if (!is_touch()) { P.el('picture-file').click(); return; }
    P.popup.open(P.el('picture'), [
      { key: 'picture.choose', act: function () { P.el('picture-file').click(); } },
      { key: 'picture.camera', act: function () { P.el('picture-camera').click(); } }
    ]);
  }

  function chosen(e) {
    offer(e.target.files[0]);
    e.target.value = ''; // the same one may be chosen again
  }

  // The first image among what is pasted or dropped. Text that comes along,
  // as from a word processor, is what was meant.
  function image_of(data) {
    var items = data && data.items || [], files = data && data.files || [], i;
    for (i = 0; i < items.length; i++) {
      if (items[i].kind === 'string' && items[i].type === 'text/plain') { return null; }
    }
    for (i = 0; i < files.length; i++) {
      if (/^image\//.test(files[i].type)) { return files[i]; }
    }
    for (i = 0; i < items.length; i++) {
      if (items[i].kind === 'file' && /^image\//.test(items[i].type)) { return items[i].getAsFile(); }
    }
    return null;
  }

  function paste(e) {
    var file = can() && image_of(e.clipboardData);
    if (!file) { return; }
    e.preventDefault();
    offer(file);
  }

  function has_files(e) {
    return e.dataTransfer && [].slice.call(e.dataTransfer.types || []).indexOf('Files') >= 0;
  }

  function over(e) {
    if (!has_files(e)) { return; }
    e.preventDefault(); // or the page would give way to the file
    P.show(P.el('drop'), can());
  }

  function leave(e) {
    if (!e.relatedTarget) { P.show(P.el('drop'), false); }
  }

  function drop(e) {
    if (!has_files(e)) { return; }
    e.preventDefault();
    P.show(P.el('drop'), false);
    if (can()) { offer(image_of(e.dataTransfer) || e.dataTransfer.files[0]); }
  }

  P.picture = {
    need: need,
    is_touch: is_touch,

    mount: function () {
      P.on('picture', 'click', choose);
      P.on('picture-file', 'change', chosen);
      P.on('picture-camera', 'change', chosen);
      document.addEventListener('paste', paste);
      document.addEventListener('dragover', over);
      document.addEventListener('dragleave', leave);
      document.addEventListener('drop', drop);
    },

    update: function (state, old) {
      if (P.picture_send) { P.picture_send.update(state, old); }
      if (P.picture_view) { P.picture_view.update(state, old); }
    }
  };
})(this);
