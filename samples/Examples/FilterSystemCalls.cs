using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Examples;

internal static class FilterSystemCalls
{
    public static RuntimeSpec Add(RuntimeSpec spec)
    {
        spec = spec with { Linux = spec.Linux! with { Seccomp = SeccompProfiles.CreateDefault(spec.Process!.Capabilities) } };
        return spec;
    }
}
