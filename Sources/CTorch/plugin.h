// Libraries of Winnow's own that `scripts/setup --cuda` builds beside libtorch: their headers ask for CUDA's.
#pragma once
#include <c10/util/Exception.h>

#include <dlfcn.h>

namespace winnow {

/// A function of such a library, which is opened when it is first asked for.
///
/// - Parameter purpose: what it does, for the error where it is not there.
template <class Function> Function *plugged(const char *library, const char *name, const char *purpose) {
    void *opened = dlopen(library, RTLD_NOW);
    auto *found = opened ? reinterpret_cast<Function *>(dlsym(opened, name)) : nullptr;
    TORCH_CHECK(found, purpose, " cannot be opened (", dlerror(), "): run  scripts/setup --cuda");
    return found;
}

} // namespace winnow
