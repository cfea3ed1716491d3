"""The slow clock: the sales organization. It calls the pipeline's verbs and reads its tables.

Floors, each on those below it:

- ``actors``: one process or decision a file, as ``sim.world.ACTORS`` starts them. Only they write what happens.
  ``first_day``, beside them: who and what is there as a run begins, and the history that leads there.
- ``pay``: quotas, and what sellers know of their pay when they decide. It writes quotas and payments of a quarter.
- ``state``: the ``Organization`` and its nouns. The roster says who sits where, the week's arrays what they can do,
  conditions what the market does, the journal what has happened. It knows no actor: whoever wants to act on the
  week's arrays registers as an adjuster, and whoever wants to hear of vacancies is told.
"""
