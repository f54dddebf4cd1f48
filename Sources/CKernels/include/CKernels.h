// What Swift sees. C++ rooms include the header itself, since they are not compiled as modules.
#pragma once
#include "../convolution.h"
#include "lanes.h"
