using System.Reflection;

namespace Oci.Runtime.Linux.Tests;

public sealed class PublicSurfaceTests
{
    [Fact]
    public void PublicSurface_IsTheOneThatIsKept() => PublicSurface.Verify(Assembly.Load("Oci.Runtime.Linux"));
}
