using System.Reflection;

namespace Oci.Image.Tests;

public sealed class PublicSurfaceTests
{
    [Fact]
    public void PublicSurface_IsTheOneThatIsKept() => PublicSurface.Verify(Assembly.Load("Oci.Image"));
}
