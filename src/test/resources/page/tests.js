// Runs all tests of the page's modules; the results are in window.results.

import './explain-tests.js';
import './merge-tests.js';
import './model-tests.js';
import './open-tests.js';
import './player-tests.js';
import './promises-tests.js';
import './view-tests.js';
import './waits-tests.js';
import './warnings-tests.js';
import { run } from './harness.js';

window.results = await run();
