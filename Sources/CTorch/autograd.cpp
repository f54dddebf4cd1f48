// Gradients.
#include "shim.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>

using namespace winnow;

extern "C" {

int wt_set_requires_grad(wt_tensor t, bool on) {
    return guarded([&] { of(t).requires_grad_(on); });
}
int wt_backward(wt_tensor loss) {
    return guarded([&] { torch::autograd::backward({of(loss)}, {}); });
}
int wt_grad(wt_tensor *out, wt_tensor t) {
    *out = nullptr;
    return guarded([&] {
        const auto gradient = of(t).grad();
        if (gradient.defined()) *out = wrap(gradient);
    });
}
int wt_set_grad_none(wt_tensor t) {
    return guarded([&] { of(t).mutable_grad().reset(); });
}
bool wt_grad_mode(void) { return at::GradMode::is_enabled(); }
void wt_set_grad_mode(bool on) { at::GradMode::set_enabled(on); }

} // extern "C"
