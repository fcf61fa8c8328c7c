"""The words of the demo models."""

from __future__ import annotations

TOUR = """\
# Welcome to Arvae Desktop

This is a scripted demo. There is no model behind it: every word was written beforehand and comes from a \
small server on this computer. Nothing leaves your machine, and no key is needed.

The words still travel as real ones do, one by one over a real connection. So what you see now is how the \
app behaves every day.

## Try this first

1. **Stop me.** Press Stop, in the place where Send was, or Esc. The connection closes at once, and \
whatever has arrived stays on the page.
2. **Write something.** Send a second prompt. The whole conversation goes along as context, as it would \
with a model. This one will just give the tour again.
3. **Start a new chat.** Two chats can answer side by side, and stopping one leaves the other alone.
4. **Pick another model.** The model picker sits beside Send. It lists what the server offers, and you can \
type a name of your own.

> Scroll up while I write, and the page holds still until you come back to the end.

## The keyboard

- Enter sends, Shift+Enter makes a new line.
- Esc stops the answer.
- Ctrl+N starts a new chat.
- Ctrl+, opens the settings.
- Ctrl+Q quits.

## Other models to try

Each of them shows one thing that happens in real life.

| Model | What it does |
|---|---|
| demo/echo | gives your own words back |
| demo/slow | takes its time, two words a second |
| demo/long | hardly ever comes to an end |
| demo/reasoning | thinks aloud before it answers |
| demo/filtered | is ended by a content filter |
| demo/length | runs out of room |
| demo/cut | loses the connection halfway |
| demo/stall | falls silent in mid-sentence |
| demo/silent | never says a word |
| demo/error | fails, each time in another way |
| demo/html | sends a web page instead of an answer |
| demo/malformed | garbles some of its data |

The last eight are worth a minute: an app shows its manners when things go wrong.

## When you want the real thing

Open the settings and enter your Arvae key, or the base URL of a server of your own; a local one needs no \
key. The key goes into your system's keyring. Where there is none, the app says so and keeps the key in \
memory until you quit.

The same answers come to a terminal, too:

```sh
arvae-desktop ask "Explain rainbows in two sentences."
```

That was the tour. Thank you for reading to the end. Press Ctrl+N, and ask away.\
"""

SLOW = """\
There is no hurry here. These words come two a second, as rain does when it has almost stopped. You can \
read each of them before the next one falls. Look out of the window if there is one. Drink some water. If \
you have somewhere to be, press Stop, and the rest will wait for another day. If not, stay until the end.\
"""

FILTERED = """\
This answer begins like any other. It means well, it has a point to make, and it is just about to make it \
when the server's content filter steps in and\
"""

LENGTH = """\
Some answers are longer than the server lets them be. This one has been given a small number of tokens, \
has already spent most of them on this introduction, and will therefore have to leave out its best\
"""

LENGTH_REST = """ \
part, unless someone asks for the rest of it. Somebody did, and here it is: the best part is that nothing \
was lost on the way.\
"""

CUT = """\
This answer is about to lose its connection. The server will not say goodbye and will give no reason; the \
line will simply go dead while there is still something to\
"""

CUT_REST = """\
still something to say. And here it is again, on a new connection, as if nothing had happened.\
"""

STALL = """\
This answer starts well enough. Then the server falls silent without hanging up, and\
"""

REASONING = """\
The question is how an app should show a model that thinks before it speaks. The thoughts are not the \
answer, so they should not look like it. They can be long, so they should be easy to put away. Still, \
someone who wants to read along should be able to. A quiet, folded section would do all of that.\
"""

REASONED = """\
Here is the answer itself. Whatever came before it was scaffolding, and scaffolding is best taken down \
when the house stands.\
"""

MALFORMED = """\
Between these words the server sends events that are no valid JSON. A careful client skips each of them, \
keeps count, and loses nothing of the text around them. If you can read this to the full stop, every word \
has found its way to you.\
"""

HTML_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign in to the network</title></head>
<body><h1>Sign in to the network</h1><p>This is a web page, and no answer of a model.</p></body>
</html>
"""
