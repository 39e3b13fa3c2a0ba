import fc from 'fast-check';

// Property tests take the same cases in every run, so that a run says something of the change at hand; `SEED=random`
// looks for new ones, and fast-check prints the seed of what it finds.
fc.configureGlobal({ seed: process.env.SEED === 'random' ? Date.now() : 20261124 });
