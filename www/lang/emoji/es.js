/* Las palabras para buscar emojis, from the Unicode CLDR: © Unicode, Inc., unicode.org/license.txt */
(function (root) {
  'use strict';
  root.Parley.emoji_words = root.Parley.emoji_words || {};
  root.Parley.emoji_words.es =
    '😀 sonriendo divertido feliz sonrisa|😃 sonriendo ojos grandes divertido|' +
    '😄 sonriendo ojos sonrientes abierta|😁 radiante ojos sonrientes risa|' +
    '😆 sonriendo ojos cerrados abierta|😅 sonriendo sudor frío risa|' +
    '😂 llorando risa felicidad lágrima|🤣 revolviéndose risa carcajada ojos|' +
    '😊 feliz ojos sonrientes rubor|🙂 sonriendo ligeramente sonrisa|🙃 revés|😉 guiñando ojo guiño|' +
    '😌 alivio aliviado|😍 sonriendo ojos corazón amor|🥰 sonriendo corazones adorar amor|' +
    '😘 lanzando beso|😗 besando beso|😋 saboreando comida delicioso hambre|' +
    '😜 sacando lengua guiñando ojo guiño|🤪 loco grande ojo pequeño|' +
    '😝 ojos cerrados lengua fuera sabor|🤗 manos abrazando abrazo sonrisa|' +
    '🤭 mano sobre boca ostras uy vaya|🤫 pidiendo silencio callado|🤔 pensativa duda pensando|' +
    '🤨 ceja alzada desconfiado escéptico|😐 neutral inexpresivo|😑 sin expresión inexpresión|' +
    '😶 sin boca callado silencio|😏 sonriendo superioridad listillo|😒 desaprobación insatisfacción|' +
    '🙄 ojos blanco frustración vueltos|😬 haciendo mueca|😪 sueño dormir|' +
    '😴 durmiendo dormido sueño zzz|😷 mascarilla médica enfermo malo|🤒 termómetro enfermo malo|' +
    '🤢 náuseas vomitar|🥵 calor roja fiebre golpe sudor|🥶 frío congelada congelado helado|' +
    '😵 mareada mareo|🤯 cabeza explotando explosión|🤠 sombrero vaquero vaquera|' +
    '🥳 fiesta capirote celebración gorro|😎 sonriendo gafas sol guay|🤓 empollón friki friqui|' +
    '🧐 monóculo aristocrático estirado|😕 confusión confuso|🙁 ceño ligeramente fruncido|' +
    '😮 boca abierta|😲 asombrada alucinado asombrado|😳 sonrojada colorado sonrojado|' +
    '🥺 suplicante implorar ojos adorables|😢 llorando lágrima llorar triste|' +
    '😭 llorando fuerte lágrima llorar|😱 gritando miedo asustado pánico|😖 frustración frustrado|' +
    '😞 decepcionada decepción|😩 agotada agotado cansado|😤 resoplando cabreo enfado|' +
    '😡 cabreada cabreo enfadado furia|😈 sonriendo cuernos demonio sonrisa|' +
    '💀 calavera cuento monstruo muerte|💩 caca ojos cómic mierda mojón|🤡 payaso|' +
    '👻 fantasma criatura cuento monstruo|👽 alienígena criatura extraterrestre|🤖 robot monstruo|' +
    '👋 mano saludando agitar saludar|🖐️ mano abierta dedo|✋ mano levantada choca esos cinco|' +
    '👌 señal aprobación mano ok|✌️ mano señal victoria|🤞 dedos cruzados cruzar mano suerte|' +
    '🤟 gesto te quiero mano|🤙 mano haciendo gesto llamar meñique|' +
    '👈 dorso mano índice izquierda dedo|👉 dorso mano índice derecha dedo|' +
    '👆 dorso mano índice hacia arriba|👇 dorso mano índice hacia abajo dedo|' +
    '👍 pulgar hacia arriba mano señal|👎 pulgar hacia abajo mano señal|' +
    '✊ puño alto cerrado mano puñetazo|👊 puño cerrado puñetazo|👏 manos aplaudiendo aplaudir palmas|' +
    '🙌 manos levantadas celebrando gesto|🙏 manos oración gracias orar favor|' +
    '💪 bíceps flexionado cómic fuerte|👀 ojos|🙈 mono ojos tapados mal prohibido|' +
    '🙉 mono oídos tapados mal prohibido|🙊 mono boca tapada mal prohibido|❤️ corazón rojo emoción|' +
    '🧡 corazón naranja emoción|💛 corazón amarillo emoción|💚 corazón verde emoción|' +
    '💙 corazón azul emoción|💜 corazón morado emoción|🖤 corazón negro|' +
    '💔 corazón roto emoción partido|💕 dos corazones amantes amor corazón|' +
    '💖 corazón brillante amor emoción|💯 cien puntos 100 pleno|✨ chispas * bengala estrellas|' +
    '🔥 fuego llama|💥 colisión cómic|💤 símbolo sueño cómic dormir zzz|💬 bocadillo diálogo cómic|' +
    '🐶 perro mascota|🐱 gato mascota|🐭 ratón|🐰 conejo mascota|🦊 zorro|🐻 oso|🐼 panda oso|🐸 rana|' +
    '🐵 mono|🐧 pingüino ave|🦉 búho ave lechuza pájaro|🦄 unicornio|🐝 abeja insecto miel|' +
    '🐢 tortuga galápago|🐙 pulpo cefalópodo octópodo|🐳 ballena soltando chorro agua|🌸 flor cerezo|' +
    '🌹 rosa flor|🌻 girasol flor|🌳 árbol hoja caduca caducifolio|🍀 trébol cuatro hojas suerte|' +
    '🌍 globo terráqueo mostrando europa|🌙 luna creciente espacio|⭐ estrella estelar|' +
    '☀️ sol espacio rayos soleado|🌈 arcoíris colores lluvia|🌧️ nube lluvia|❄️ copo nieve frío|' +
    '🍎 manzana roja fruta poma|🍋 limón cítrico citrón fruta|🍉 sandía fruta|🍓 fresa fresón fruta|' +
    '🥑 aguacate comida fruta|🍞 pan molde rebanada tostada|🧀 cuña queso trozo|' +
    '🍕 pizza porción restaurante|🍔 hamburguesa burger|🍜 tazón fideos calientes chinos|' +
    '🍣 sushi restaurante|🥟 dumpling comida gyōza jiaozi masa|🍦 cucurucho helado dulce restaurante|' +
    '🎂 tarta cumpleaños celebración|🍪 galleta dulce pasta postre|🍫 tableta chocolate barra|' +
    '☕ bebida caliente café té|🍵 tazón té bebida taza|🍺 jarra cerveza bar restaurante|' +
    '🍷 copa vino bar bebida vaso|🎉 cañón confeti celebración fiesta|' +
    '🎁 regalo celebración envoltorio|🎈 globo celebración|🎵 nota musical música|' +
    '🎸 guitarra instrumento musical|🎮 mando videoconsola juego|🎲 dado juego|⚽ balón fútbol|' +
    '🏀 balón baloncesto canasta deporte|🚲 bicicleta vehículo|🚗 coche automóvil vehículo|' +
    '✈️ avión aeroplano|🚀 cohete espacio vehículo|🏠 casa vivienda|⛰️ montaña monte|' +
    '🏖️ playa sombrilla|📷 cámara fotos|📚 libros|💡 bombilla cómic electricidad idea|' +
    '⏰ reloj despertador alarma|✅ botón marca verificación ✓|❌ marca cruz × cancelar tachado x|' +
    '❓ interrogación roja ? pregunta|❗ exclamación roja ! puntuación';
})(this);
