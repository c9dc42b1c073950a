namespace Oci.Distribution.AspNetCore.Routing;

/// <summary>The endpoints of distribution-spec, by what their path names.</summary>
internal enum RegistryEndpoint
{
    Base,
    Catalog,
    Blob,
    Uploads,
    Upload,
    Manifest,
    TagList,
    Referrers,
}
