using Oci.Image.PortableFilesystems;
using Oci.Image.RootFilesystems;
using Oci.Image.Tests.RootFilesystems;

namespace Oci.Image.Tests.PortableFilesystems;

/// <summary>Whiteouts hold on every system alike.</summary>
public sealed class PortableWhiteoutTests : ImageUnpackerWhiteoutTests
{
    protected override UnpackOptions Options => new() { PortableNames = new PortableNames(reserved: false, ignoreCase: false) };
}
