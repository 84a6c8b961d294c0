/*
 * The few things that every ui file needs. Text of people and of us goes in by
 * textContent alone: there is no other way in here, on purpose.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};

  P.el = function (id) { return document.getElementById(id); };

  P.make = function (tag, name, text) {
    var el = document.createElement(tag);
    if (name) { el.className = name; }
    if (text !== undefined) { el.textContent = text; }
    return el;
  };

  P.show = function (el, on) { el.hidden = !on; };

  // classList for engines that have none, and for SVG in those that do.
  P.flag = function (el, name, on) {
    var had = (' ' + el.className + ' ').indexOf(' ' + name + ' ') >= 0;
    if (had === !!on) { return; }
    el.className = on ? el.className + ' ' + name
      : (' ' + el.className + ' ').replace(' ' + name + ' ', ' ').trim();
  };

  P.on = function (id, type, fn) { P.el(id).addEventListener(type, fn); };
})(this);
