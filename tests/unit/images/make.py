#!/usr/bin/python3
"""Makes the pictures in this folder, which the tests of fcgi/chat/image*.c read.
Not part of the build: they are kept. Needs Debian's python3-pil.

Every place where a program may leave something beside the picture holds the
word SECRET (in plain letters, never compressed, so that a test can look for it)."""
import os
import struct
import zlib
from io import BytesIO

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

SECRET = b'PARLEY-SECRET'
here = os.path.dirname(os.path.abspath(__file__))


def picture(mode='RGB', size=(48, 32), shift=0):
    im = Image.new('RGB', size)
    for x in range(size[0]):
        for y in range(size[1]):
            im.putpixel((x, y), (x * 5 % 256, y * 7 % 256, (x + y + shift) * 3 % 256))
    ImageDraw.Draw(im).rectangle((2 + shift, 2, 12 + shift, 8), fill=(250, 20, 20))
    if mode == 'RGBA':
        im.putalpha(Image.linear_gradient('L').resize(size))
        return im
    return im.convert(mode)


def exif(orientation, order='II'):
    """Orientation, and a maker's and an owner's text."""
    pack = '<' if order == 'II' else '>'
    text = SECRET + b'\0'
    entries = [(0x010F, 2, len(text), None), (0x0112, 3, 1, orientation), (0x8298, 2, len(text), None)]
    at = 8 + 2 + 12 * len(entries) + 4
    out = order.encode() + struct.pack(pack + 'HI', 42, 8) + struct.pack(pack + 'H', len(entries))
    for tag, kind, count, value in entries:
        out += struct.pack(pack + 'HHI', tag, kind, count)
        out += struct.pack(pack + 'I', at) if value is None else struct.pack(pack + 'HH', value, 0)
    return out + struct.pack(pack + 'I', 0) + text


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b'</x:xmpmeta>'
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes() + SECRET


def save(name, data):
    with open(os.path.join(here, name), 'wb') as f:
        f.write(data)


def encoded(im, kind, **how):
    out = BytesIO()
    im.save(out, kind, **how)
    return out.getvalue()


# ---- JPEG ----

def segment(marker, data):
    return bytes([0xFF, marker]) + struct.pack('>H', len(data) + 2) + data


def marked(jpeg, orientation, order):
    """All that can stand beside a JPEG."""
    thumb = b'JFXX\0\x13\1\1' + SECRET[:3]
    after_soi = (segment(0xE1, b'Exif\0\0' + exif(orientation, order))
                 + segment(0xE1, b'http://ns.adobe.com/xap/1.0/\0' + XMP)
                 + segment(0xE0, thumb)
                 + segment(0xE2, b'ICC_PROFILE\0\1\1' + ICC)
                 + segment(0xE2, b'MPF\0' + SECRET)
                 + segment(0xED, b'Photoshop 3.0\0' + SECRET)
                 + segment(0xFE, SECRET)
                 + segment(0xEB, SECRET))
    at = 2 + 2 + struct.unpack('>H', jpeg[4:6])[0] if jpeg[3] == 0xE0 else 2
    return jpeg[:at] + after_soi + jpeg[at:]


save('baseline.jpg', marked(encoded(picture(), 'JPEG', quality=80), 6, 'II'))
save('progressive.jpg', marked(encoded(picture(), 'JPEG', quality=80, progressive=True), 3, 'MM'))
save('grey.jpg', marked(encoded(picture('L'), 'JPEG', quality=80), 1, 'MM'))
save('cmyk.jpg', marked(encoded(picture('CMYK'), 'JPEG', quality=60), 8, 'II'))


# ---- PNG ----

def chunk(name, data):
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))


def with_chunks(png, orientation):
    """All that can stand beside a PNG, before its pixels and behind them."""
    before = (chunk(b'gAMA', struct.pack('>I', 45455))
              + chunk(b'iCCP', b'icc\0\0' + SECRET)
              + chunk(b'tEXt', b'Comment\0' + SECRET)
              + chunk(b'eXIf', exif(orientation, 'MM'))
              + chunk(b'pHYs', b'\0\0\x0b\x13\0\0\x0b\x13\1')
              + chunk(b'prVt', SECRET))
    behind = (chunk(b'iTXt', b'XML:com.adobe.xmp\0\0\0\0\0' + XMP)
              + chunk(b'zTXt', b'Comment\0\0' + SECRET)
              + chunk(b'tIME', b'\x07\xe8\1\2\3\4\5'))
    return png[:33] + before + png[33:-12] + behind + png[-12:]


save('rgb.png', with_chunks(encoded(picture(), 'PNG'), 5))
save('alpha.png', with_chunks(encoded(picture('RGBA'), 'PNG'), 1))
pal = picture().quantize(16)
pal.info['transparency'] = 3
save('palette.png', with_chunks(encoded(pal, 'PNG', transparency=3), 3))
frames = [picture(shift=s) for s in (0, 3, 6)]
save('animated.png', with_chunks(encoded(frames[0], 'PNG', save_all=True, append_images=frames[1:], duration=80), 1))

# ---- GIF ----

def block(label, *parts):
    return b'\x21' + bytes([label]) + b''.join(bytes([len(p)]) + p for p in parts) + b'\0'


def with_extensions(gif):
    """A comment, an XMP packet and a plain text, before the first frame."""
    at = 13 + (3 << ((gif[10] & 7) + 1) if gif[10] & 0x80 else 0)
    extra = (block(0xFE, SECRET) + block(0xFF, b'XMP DataXMP', XMP) + block(0xFF, b'ICCRGBG1012', SECRET)
             + block(0x01, bytes(12), SECRET))
    return gif[:at] + extra + gif[at:-1] + block(0xFE, SECRET) + b'\x3b'


save('still.gif', with_extensions(encoded(picture().quantize(16), 'GIF')))
frames = [picture(shift=s).quantize(8) for s in (0, 3, 6)]
save('animated.gif', with_extensions(encoded(frames[0], 'GIF', save_all=True, append_images=frames[1:], duration=80, loop=0)))

# ---- WebP ----

how = dict(exif=b'Exif\0\0' + exif(7), xmp=XMP, icc_profile=ICC)


def with_unknown(webp):
    data = webp[8:] + b'UNKN' + struct.pack('<I', len(SECRET)) + SECRET + b'\0' * (len(SECRET) % 2)
    return b'RIFF' + struct.pack('<I', len(data)) + data


save('lossy.webp', encoded(picture(), 'WEBP', quality=70))
save('lossless.webp', encoded(picture(), 'WEBP', lossless=True))
save('marked.webp', with_unknown(encoded(picture(), 'WEBP', quality=70, **how)))
save('alpha.webp', with_unknown(encoded(picture('RGBA'), 'WEBP', quality=70, **how)))
frames = [picture('RGBA', shift=s) for s in (0, 3, 6)]
save('animated.webp', with_unknown(encoded(frames[0], 'WEBP', save_all=True, append_images=frames[1:], duration=80, **how)))
