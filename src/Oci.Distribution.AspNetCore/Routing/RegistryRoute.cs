namespace Oci.Distribution.AspNetCore.Routing;

/// <summary>A path under <c>/v2/</c>, taken apart. Names hold slashes, so it is read from its end.</summary>
/// <param name="Endpoint">Which endpoint it is.</param>
/// <param name="Name">The repository's name, not yet checked; empty where the endpoint has none.</param>
/// <param name="Argument">The digest, tag or session; empty where the endpoint has none.</param>
internal readonly record struct RegistryRoute(RegistryEndpoint Endpoint, string Name, string Argument)
{
    /// <summary>Reads a path without its leading <c>/v2/</c>; false where no endpoint has that form.</summary>
    public static bool TryParse(string path, out RegistryRoute route)
    {
        switch (path)
        {
            case "":
                route = new(RegistryEndpoint.Base, "", "");
                return true;
            case "_catalog":
                route = new(RegistryEndpoint.Catalog, "", "");
                return true;
        }
        // "<name>/blobs/uploads/" may come without its last slash.
        if (TryCut(path, "/blobs/uploads/", out string name, out string argument) && !argument.Contains('/'))
        {
            route = argument.Length == 0
                ? new(RegistryEndpoint.Uploads, name, "")
                : new(RegistryEndpoint.Upload, name, argument);
            return true;
        }
        if (path.EndsWith("/blobs/uploads", StringComparison.Ordinal))
        {
            route = new(RegistryEndpoint.Uploads, path[..^"/blobs/uploads".Length], "");
            return true;
        }
        if (path.EndsWith("/tags/list", StringComparison.Ordinal))
        {
            route = new(RegistryEndpoint.TagList, path[..^"/tags/list".Length], "");
            return true;
        }
        RegistryEndpoint? endpoint = null;
        if (TryCut(path, "/manifests/", out name, out argument))
        {
            endpoint = RegistryEndpoint.Manifest;
        }
        else if (TryCut(path, "/blobs/", out name, out argument))
        {
            endpoint = RegistryEndpoint.Blob;
        }
        else if (TryCut(path, "/referrers/", out name, out argument))
        {
            endpoint = RegistryEndpoint.Referrers;
        }
        route = new(endpoint.GetValueOrDefault(), name, argument);
        return endpoint is not null && argument.Length > 0;
    }

    // The argument is what follows the last slash, so the marker must end right there.
    private static bool TryCut(string path, string marker, out string name, out string argument)
    {
        name = argument = "";
        int end = path.LastIndexOf('/') + 1;
        if (end <= marker.Length || !path.AsSpan(0, end).EndsWith(marker))
        {
            return false;
        }
        name = path[..(end - marker.Length)];
        argument = path[end..];
        return true;
    }
}
