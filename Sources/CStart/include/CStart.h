// Nothing to call: linking this target is what it does. See README.md.
#pragma once
