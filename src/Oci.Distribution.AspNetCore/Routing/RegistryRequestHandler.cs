using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Authorization;
using Oci.Distribution.AspNetCore.Blobs;
using Oci.Distribution.AspNetCore.Diagnostics;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Manifests;
using Oci.Distribution.AspNetCore.Proxying;
using Oci.Distribution.AspNetCore.Referrers;
using Oci.Distribution.AspNetCore.Repositories;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Distribution.AspNetCore.Uploads;

namespace Oci.Distribution.AspNetCore.Routing;

/// <summary>Takes every request under <c>/v2/</c>: finds its endpoint, asks whether it is permitted, and runs it.</summary>
internal sealed class RegistryRequestHandler(
    BlobEndpoints blobs,
    UploadStartEndpoint uploadStart,
    UploadEndpoints uploads,
    ManifestEndpoints manifests,
    TagEndpoints tags,
    ReferrerEndpoints referrers,
    CatalogEndpoint catalog,
    ProxyEndpoints proxy,
    RegistryAuthorization authorization,
    RegistryDiagnostics diagnostics,
    IOptions<OciRegistryOptions> options)
{
    private const string Prefix = "/v2/";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    public Task HandleAsync(HttpContext context) =>
        diagnostics.Begin(context) is { } record ? ObserveAsync(context, record) : AnswerAsync(context);

    private async Task ObserveAsync(HttpContext context, RegistryRequestRecord record)
    {
        bool hasFailed = true;
        try
        {
            await AnswerAsync(context).ConfigureAwait(false);
            hasFailed = false;
        }
        finally
        {
            diagnostics.End(context, record, hasFailed);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        try
        {
            await DispatchAsync(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            // The body ended early, came too slowly or was malformed: the server says which by the status.
            string code = e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorCodes.SizeInvalid
                : context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal) ? ErrorCodes.ManifestInvalid : ErrorCodes.BlobUploadInvalid;
            await new RegistryError(e.StatusCode, code, e.Message).WriteAsync(context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConnectionResetException || e is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; there is nobody to answer, and it is no error of the app's to log.
        }
    }

    private async Task DispatchAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        if (!RegistryRoute.TryParse(path.Length <= Prefix.Length ? "" : path[Prefix.Length..], out RegistryRoute route))
        {
            await RegistryError.NoSuchEndpoint().WriteAsync(context).ConfigureAwait(false);
            return;
        }
        RepositoryName repository = default;
        if (route.Endpoint is not (RegistryEndpoint.Base or RegistryEndpoint.Catalog) && !RepositoryName.TryParse(route.Name, out repository))
        {
            await RegistryError.NameInvalid(route.Name).WriteAsync(context).ConfigureAwait(false);
            return;
        }
        var call = new RegistryCall(context, repository, route.Argument);
        if (Find(route.Endpoint, context.Request.Method) is not { } operation || IsOff(operation.Action))
        {
            await RegistryError.RefuseMethodAsync(context, Methods.Where(method => Find(route.Endpoint, method) is { } other && !IsOff(other.Action))).ConfigureAwait(false);
            return;
        }
        if (context.Features.Get<RegistryRequestRecord>() is { } record)
        {
            record.Action = operation.Action;
            record.Repository = route.Name.Length == 0 ? null : route.Name;
        }
        RepositoryName? resource = route.Name.Length == 0 ? null : repository;
        if (!await authorization.IsAllowedAsync(context, resource, operation.Action).ConfigureAwait(false))
        {
            await RegistryAuthorization.RefuseAsync(context).ConfigureAwait(false);
            return;
        }
        if (operation.TakesBlob)
        {
            UploadLimits.Apply(context, options.Value);
        }
        await operation.Run(call).ConfigureAwait(false);
    }

    private RegistryOperation? Find(RegistryEndpoint endpoint, string method) => proxy.Find(endpoint, HttpMethods.GetCanonicalizedValue(method)) ?? (endpoint, HttpMethods.GetCanonicalizedValue(method)) switch
    {
        (RegistryEndpoint.Base, "GET" or "HEAD") => new(RegistryAction.Connect, AnswerBaseAsync),
        (RegistryEndpoint.Catalog, "GET" or "HEAD") => new(RegistryAction.ListRepositories, call => catalog.ListAsync(call.Context)),
        (RegistryEndpoint.Blob, "GET") => new(RegistryAction.Pull, blobs.GetAsync),
        (RegistryEndpoint.Blob, "HEAD") => new(RegistryAction.Pull, blobs.HeadAsync),
        (RegistryEndpoint.Blob, "DELETE") => new(RegistryAction.Delete, blobs.DeleteAsync),
        (RegistryEndpoint.Uploads, "POST") => new(RegistryAction.Push, uploadStart.PostAsync, TakesBlob: true),
        (RegistryEndpoint.Upload, "GET" or "HEAD") => new(RegistryAction.Push, uploads.GetAsync),
        (RegistryEndpoint.Upload, "PATCH") => new(RegistryAction.Push, uploads.PatchAsync, TakesBlob: true),
        (RegistryEndpoint.Upload, "PUT") => new(RegistryAction.Push, uploads.PutAsync, TakesBlob: true),
        (RegistryEndpoint.Upload, "DELETE") => new(RegistryAction.Push, uploads.DeleteAsync),
        (RegistryEndpoint.Manifest, "GET" or "HEAD") => new(RegistryAction.Pull, manifests.GetAsync),
        (RegistryEndpoint.Manifest, "PUT") => new(RegistryAction.Push, manifests.PutAsync),
        (RegistryEndpoint.Manifest, "DELETE") => new(RegistryAction.Delete, manifests.DeleteAsync),
        (RegistryEndpoint.TagList, "GET" or "HEAD") => new(RegistryAction.Pull, tags.ListAsync),
        (RegistryEndpoint.Referrers, "GET" or "HEAD") => new(RegistryAction.Pull, referrers.ListAsync),
        _ => null,
    };

    private bool IsOff(RegistryAction action) => action switch
    {
        RegistryAction.Push => options.Value.ReadOnly || proxy.AreOn,
        RegistryAction.Delete => options.Value.ReadOnly || proxy.AreOn || !options.Value.AllowDelete,
        _ => false,
    };

    private static Task AnswerBaseAsync(RegistryCall call) =>
        call.Response.WriteBytesAsync("{}"u8.ToArray(), "application/json", call.Cancellation);
}
