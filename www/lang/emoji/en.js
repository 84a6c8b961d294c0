/* The words by which emoji are found, from the Unicode CLDR: © Unicode, Inc., unicode.org/license.txt */
(function (root) {
  'use strict';
  root.Parley.emoji_words = root.Parley.emoji_words || {};
  root.Parley.emoji_words.en =
    '😀 grinning cheerful cheery happy|😃 grinning big eyes awesome happy|' +
    '😄 grinning smiling eyes happy laugh|😁 beaming smiling eyes grin grinning|' +
    '😆 grinning squinting closed eyes lol|😅 grinning sweat cold dejected mouth|' +
    '😂 tears joy crying feels funny haha|🤣 rolling floor laughing crying haha|' +
    '😊 smiling eyes blush glad satisfied|🙂 slightly smiling happy smile|🙃 upside-down hehe smile|' +
    '😉 winking flirt heartbreaker sexy|😌 relieved calm peace relief zen|' +
    '😍 smiling heart-eyes 143 bae feels|🥰 smiling hearts 3 adore crush ily|' +
    '😘 blowing kiss adorbs bae flirt ily|😗 kissing 143 date dating flirt ily|' +
    '😋 savoring food delicious eat full|😜 winking tongue crazy epic eye joke|' +
    '🤪 zany crazy eye eyes goofy large|😝 squinting tongue closed eye eyes|' +
    '🤗 smiling open hands hug hugging|🤭 hand over mouth giggle giggling|🤫 shushing quiet shh|' +
    '🤔 thinking chin consider hmm ponder|🤨 raised eyebrow disapproval emoji|' +
    '😐 neutral awkward blank deadpan fine|😑 expressionless awkward dead fine|' +
    '😶 without mouth awkward blank mute|😏 smirking boss dapper flirt homie|' +
    '😒 unamused ... bored fine jealous|🙄 rolling eyes eyeroll shade ugh|' +
    '😬 grimacing awk awkward dentist|😪 sleepy crying good night sad tired|' +
    '😴 sleeping bed bedtime good nap yawn|😷 medical mask cold dentist doctor|' +
    '🤒 thermometer ill sick|🤢 nauseated gross nasty sick vomit|🥵 hot dying feverish heat panting|' +
    '🥶 cold blue blue-faced freezing|😵 crossed-out eyes dead dizzy feels|' +
    '🤯 exploding head blown explode mind|🤠 cowboy hat cowgirl|🥳 partying bday birthday celebrate|' +
    '😎 smiling sunglasses awesome beach|🤓 nerd brainy clever expert geek|' +
    '🧐 monocle classy fancy rich stuffy|😕 confused befuddled confusing dunno|' +
    '🙁 slightly frowning sad|😮 open mouth believe forgot omg whoa|' +
    '😲 astonished cost no omg shocked way|😳 flushed amazed awkward crazy dazed|' +
    '🥺 pleading begging big eyes mercy|😢 crying awful feels miss sad tear|' +
    '😭 loudly crying bawling sad sob tear|😱 screaming fear epic fearful munch|' +
    '😖 confounded annoyed confused cringe|😞 disappointed awful blame dejected|' +
    '😩 weary crying fail feels hungry mad|😤 steam from nose anger angry feels|' +
    '😡 enraged anger angry feels mad red|😈 smiling horns demon devil fairy|' +
    '💀 skull body dead death fairy im|💩 pile poo bs comic doo dung fml smh|🤡 clown|' +
    '👻 ghost boo creature excited fairy|👽 alien creature extraterrestrial|🤖 robot monster|' +
    '👋 waving hand bye cya g2g greetings|🖐️ hand fingers splayed raised stop|' +
    '✋ raised hand 5 five high stop|👌 ok hand awesome bet dope fleek got|✌️ victory hand peace|' +
    '🤞 crossed fingers hand luck|🤟 love-you gesture fingers hand ily|' +
    '🤙 call me hand hang loose shaka|👈 backhand index pointing left|' +
    '👉 backhand index pointing right|👆 backhand index pointing up finger|' +
    '👇 backhand index pointing down|👍 thumbs up +1 good hand like yes|' +
    '👎 thumbs down -1 bad dislike good no|✊ raised fist clenched hand punch|' +
    '👊 oncoming fist absolutely agree bro|👏 clapping hands applause approval|' +
    '🙌 raising hands celebration gesture|🙏 folded hands appreciate ask beg|' +
    '💪 flexed biceps arm beast bench bro|👀 eyes body googly look looking omg|' +
    '🙈 see-no-evil monkey embarrassed omg|🙉 hear-no-evil monkey animal ears|' +
    '🙊 speak-no-evil monkey animal not|❤️ red heart emotion love|🧡 orange heart 143|' +
    '💛 yellow heart 143 cardiac emotion|💚 green heart 143 emotion ily love|' +
    '💙 blue heart 143 emotion ily love|💜 purple heart 143 bestest emotion|' +
    '🖤 black heart evil wicked|💔 broken heart break crushed emotion|' +
    '💕 two hearts 143 anniversary date|💖 sparkling heart 143 emotion good|' +
    '💯 hundred points 100 a+ agree fleek|✨ sparkles * magic star|🔥 fire af burn flame hot lit litaf|' +
    '💥 collision bomb boom collide comic|💤 zzz comic good goodnight sleep|' +
    '💬 speech balloon bubble comic dialog|🐶 dog adorbs animal pet puppies|' +
    '🐱 cat animal kitten kitty pet|🐭 mouse animal|🐰 rabbit animal bunny pet|🦊 fox animal|' +
    '🐻 bear animal grizzly growl honey|🐼 panda animal bamboo|🐸 frog animal|🐵 monkey animal banana|' +
    '🐧 penguin animal antarctica bird|🦉 owl animal bird ornithology wise|🦄 unicorn|' +
    '🐝 honeybee animal bumblebee insect|🐢 turtle animal terrapin tortoise|' +
    '🐙 octopus animal creature ocean|🐳 spouting whale animal beach ocean|' +
    '🌸 cherry blossom flower plant spring|🌹 rose beauty elegant flower love|' +
    '🌻 sunflower outdoors plant|🌳 deciduous tree forest green|🍀 four leaf clover 4 four-leaf irish|' +
    '🌍 globe showing europe-africa earth|🌙 crescent moon ramadan space|' +
    '⭐ star astronomy medium stars white|☀️ sun bright rays space sunny|' +
    '🌈 rainbow gay genderqueer glbt glbtq|🌧️ cloud rain weather|❄️ snowflake cold weather|' +
    '🍎 red apple diet food fruit health|🍋 lemon citrus fruit sour|🍉 watermelon fruit|' +
    '🍓 strawberry fruit|🥑 avocado food fruit|🍞 bread carbs food grain loaf toast|🧀 cheese wedge|' +
    '🍕 pizza cheese food hungry pepperoni|🍔 hamburger eat fast food hungry|' +
    '🍜 steaming bowl chopsticks food pho|🍣 sushi food|🥟 dumpling empanada gyōza jiaozi|' +
    '🍦 soft ice cream dessert food serve|🎂 birthday cake bday celebration|' +
    '🍪 cookie chip chocolate dessert|🍫 chocolate bar candy dessert sweet|' +
    '☕ hot beverage cafe caffeine chai|🍵 teacup without handle beverage|' +
    '🍺 beer mug alcohol ale bar booze|🍷 wine glass alcohol bar beverage|' +
    '🎉 party popper awesome birthday tada|🎁 wrapped gift birthday bow box|' +
    '🎈 balloon birthday celebrate|🎵 musical note sound|🎸 guitar instrument music strat|' +
    '🎮 video game controller|🎲 game die dice entertainment|⚽ soccer ball football futbol sport|' +
    '🏀 basketball hoop sport|🚲 bicycle bike class cycling cyclist|🚗 automobile car driving vehicle|' +
    '✈️ airplane aeroplane fly flying jet|🚀 rocket launch rockets space travel|' +
    '🏠 house building country heart home|⛰️ mountain|🏖️ beach umbrella|' +
    '📷 camera photo selfie snap tbt trip|📚 books education fantasy knowledge|' +
    '💡 light bulb comic electric idea|⏰ alarm clock hours hrs late time|' +
    '✅ check mark button ✓ checked done|❌ cross mark × cancel multiplication|' +
    '❓ red question mark ? punctuation|❗ red exclamation mark ! punctuation';
})(this);
