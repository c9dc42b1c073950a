using FsCheck;
using FsCheck.Fluent;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Tests.Routing;

public sealed class RegistryRouteTests
{
    [Theory]
    [InlineData("", nameof(RegistryEndpoint.Base), "", "")]
    [InlineData("_catalog", nameof(RegistryEndpoint.Catalog), "", "")]
    [InlineData("a/tags/list", nameof(RegistryEndpoint.TagList), "a", "")]
    [InlineData("a/b/c/manifests/latest", nameof(RegistryEndpoint.Manifest), "a/b/c", "latest")]
    [InlineData("a/blobs/sha256:ab", nameof(RegistryEndpoint.Blob), "a", "sha256:ab")]
    [InlineData("a/blobs/uploads", nameof(RegistryEndpoint.Uploads), "a", "")]
    [InlineData("a/blobs/uploads/", nameof(RegistryEndpoint.Uploads), "a", "")]
    [InlineData("a/blobs/uploads/77", nameof(RegistryEndpoint.Upload), "a", "77")]
    [InlineData("a/referrers/sha256:ab", nameof(RegistryEndpoint.Referrers), "a", "sha256:ab")]
    // Names that hold the words of the paths.
    [InlineData("a/manifests/blobs/x", nameof(RegistryEndpoint.Blob), "a/manifests", "x")]
    [InlineData("blobs/uploads/manifests/x", nameof(RegistryEndpoint.Manifest), "blobs/uploads", "x")]
    [InlineData("tags/list/tags/list", nameof(RegistryEndpoint.TagList), "tags/list", "")]
    [InlineData("a/blobs/uploads/blobs/uploads/", nameof(RegistryEndpoint.Uploads), "a/blobs/uploads", "")]
    public void TryParse_PathOfAnEndpoint_IsTakenApart(string path, string endpoint, string name, string argument)
    {
        Assert.True(RegistryRoute.TryParse(path, out RegistryRoute route));
        Assert.Equal(new RegistryRoute(Enum.Parse<RegistryEndpoint>(endpoint), name, argument), route);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a/tags")]
    [InlineData("a/manifests/")]
    [InlineData("a/blobs/")]
    [InlineData("manifests/x")]
    [InlineData("a/blobs/uploads/1/2")]
    [InlineData("_catalog/")]
    public void TryParse_OtherPath_IsRefused(string path) => Assert.False(RegistryRoute.TryParse(path, out _));

    [Fact]
    public void TryParse_AnyPathOfTheseWords_NeverThrowsAndLosesNothing()
    {
        Arbitrary<string> paths = Gen.Elements("a", "blobs", "uploads", "manifests", "tags", "list", "referrers", "_catalog", "", "..", "x:y")
            .ArrayOf().Select(words => string.Join('/', words)).ToArbitrary();
        Prop.ForAll(paths, path => !RegistryRoute.TryParse(path, out RegistryRoute route) || path.StartsWith(route.Name, StringComparison.Ordinal) && path.EndsWith(route.Argument, StringComparison.Ordinal))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}
