using Microsoft.AspNetCore.Http;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Proxying;

internal static class StaleWarning
{
    /// <summary>Tells the client that the answer may be old, in the one form that distribution-spec has for it ("Warnings").</summary>
    public static void WarnStale(this RegistryCall call) =>
        call.Response.Headers.Append("Warning", "299 - \"The upstream registry does not answer: this is what it said before.\"");
}
