/*
 * The emoji of the picker, by group; one string each, taken apart by spaces.
 * Only such as fonts of 2018 have. A name to add is lang/'s 'emoji.<group>'.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};

  P.emoji = [
    ['faces',
      '😀 😃 😄 😁 😆 😅 😂 🤣 😊 🙂 🙃 😉 😌 😍 🥰 😘 😗 😋 😜 🤪 😝 🤗 🤭 🤫 🤔 ' +
      '🤨 😐 😑 😶 😏 😒 🙄 😬 😪 😴 😷 🤒 🤢 🥵 🥶 😵 🤯 🤠 🥳 😎 🤓 🧐 😕 🙁 😮 ' +
      '😲 😳 🥺 😢 😭 😱 😖 😞 😩 😤 😡 😈 💀 💩 🤡 👻 👽 🤖'],
    ['hands', '👋 🖐️ ✋ 👌 ✌️ 🤞 🤟 🤙 👈 👉 👆 👇 👍 👎 ✊ 👊 👏 🙌 🙏 💪 👀 🙈 🙉 🙊'],
    ['hearts', '❤️ 🧡 💛 💚 💙 💜 🖤 💔 💕 💖 💯 ✨ 🔥 💥 💤 💬'],
    ['nature', '🐶 🐱 🐭 🐰 🦊 🐻 🐼 🐸 🐵 🐧 🦉 🦄 🐝 🐢 🐙 🐳 🌸 🌹 🌻 🌳 🍀 🌍 🌙 ⭐ ☀️ 🌈 🌧️ ❄️'],
    ['food', '🍎 🍋 🍉 🍓 🥑 🍞 🧀 🍕 🍔 🍜 🍣 🥟 🍦 🎂 🍪 🍫 ☕ 🍵 🍺 🍷'],
    ['things', '🎉 🎁 🎈 🎵 🎸 🎮 🎲 ⚽ 🏀 🚲 🚗 ✈️ 🚀 🏠 ⛰️ 🏖️ 📷 📚 💡 ⏰ ✅ ❌ ❓ ❗']
  ].map(function (group) {
    return { name: group[0], all: group[1].split(' ') };
  });
})(this);
