"""Opinion, as data: a policy pack and an analysis go in, a judgement comes out."""
