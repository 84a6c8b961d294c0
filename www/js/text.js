/*
 * What people type: counting and cleaning, as the server does it
 * (fcgi/chat/text.h). Pure.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};

  var CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
  var PAIR_OR_HALF = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;

  P.text = {
    NAME_MAX: 40,
    MESSAGE_MAX: 2000,

    // Characters are code points: an emoji counts once, as on the server.
    count: function (s) {
      return s.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '.').length;
    },

    // Pasted text may hold control characters and half surrogates, which the
    // server refuses; nobody can see them, so they just go.
    clean: function (s) {
      return s.replace(/\r\n?/g, '\n').replace(CONTROLS, '')
        .replace(PAIR_OR_HALF, function (c) { return c.length === 2 ? c : ''; });
    },

    name: function (s) {
      return P.text.clean(s).replace(/\s+/g, ' ').replace(/^ | $/g, '');
    },

    is_blank: function (s) { return !/\S/.test(s); },

    // 32 hex digits: the nonce that makes a repeated message one message.
    nonce: function () {
      var crypto = root.crypto || root.msCrypto, out = '', i, bytes = [];
      if (crypto && crypto.getRandomValues && root.Uint8Array) {
        bytes = crypto.getRandomValues(new root.Uint8Array(16));
      }
      for (i = 0; i < 16; i++) {
        out += (256 + (bytes.length ? bytes[i] : Math.floor(Math.random() * 256)))
          .toString(16).slice(1);
      }
      return out;
    }
  };
})(this);
